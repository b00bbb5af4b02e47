/* Households that ask a model, by what a configuration's data names. */
#include "aisle/asking.h"
#include "base/fail.h"
#include "config/options.h"

/* The model's rules, those of product columns only where the products that are read have them: what
 * they left out of the fit, the model knows. */
static void take_rules(data_options *out, const data_options *fitted)
{
    static const text_list none;
    out->cleaning = fitted->cleaning;
    if (!out->products.department)
        out->cleaning.departments_out = none;
    if (!out->products.category) {
        out->cleaning.categories_out = none;
        out->cleaning.category_required = false;
    }
}

aisle_status aisle_households_read_some(aisle_households **out, const aisle_model *model,
                                        const aisle_config *config,
                                        const aisle_household_choice *which, int32_t as_of,
                                        int threads, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_config *fitted = NULL, asked = *config;
    aisle_dataset *dataset = NULL;
    TRY(aisle_model_config(&fitted, model, err));
    take_rules(&asked.data, &fitted->data);
    TRY(aisle_dataset_read_some(&dataset, &asked, which, threads, err));
    if (dataset)
        TRY(aisle_households_from_dataset(out, model, dataset, as_of, err));
    else
        *out = NULL;
done:
    aisle_dataset_free(dataset);
    aisle_config_free(fitted);
    return status;
}

aisle_status aisle_households_read(aisle_households **out, const aisle_model *model,
                                   const aisle_config *config, int32_t as_of, int threads,
                                   aisle_error *err)
{
    return aisle_households_read_some(out, model, config, NULL, as_of, threads, err);
}
