/* Households that ask, in the numbers of a model. */
#include "base/date.h"
#include "base/fail.h"
#include "base/mem.h"
#include "history/windows.h"
#include "model/model_type.h"

/* Days after the last receipt that can be asked for: further on, it is a mistyped year. */
enum { AHEAD_MOST = 366 };

static aisle_status check_moment(int32_t as_of, const aisle_dataset *dataset, aisle_error *err)
{
    char asked[16], day[16];
    date_format(asked, as_of);
    if (as_of <= dataset->summary.first_day)
        return fail(err, AISLE_ERROR_DATA, "no receipt lies before %s, the day that is asked for",
                    asked);
    if (as_of <= dataset->summary.last_day + AHEAD_MOST)
        return AISLE_OK;
    date_format(day, dataset->summary.last_day);
    return fail(err, AISLE_ERROR_DATA,
                "the day that is asked for, %s, lies more than %d days after the last receipt, %s",
                asked, AHEAD_MOST, day);
}

aisle_status aisle_households_from_dataset(aisle_households **out, const aisle_model *model,
                                           const aisle_dataset *dataset, int32_t as_of,
                                           aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_households *made = NULL;
    if (as_of == AISLE_AS_OF_LAST) {
        TRY(windows_check_last_day(dataset, err));
        as_of = dataset->summary.last_day + 1;
    }
    TRY(check_moment(as_of, dataset, err));
    TRY_ALLOC(made = NEW_ZEROED(aisle_households, 1));
    TRY(households_init(&made->h, &model->s.a, dataset, as_of, NULL, err));
    aisle_dataset_summarise(&made->receipts, dataset);
    *out = made;
    made = NULL;
done:
    mem_free(made);
    return status;
}

aisle_status aisle_households_from_receipts(aisle_households **out, const aisle_model *model,
                                            const aisle_receipts *receipts,
                                            const aisle_attributes *attributes, int32_t as_of,
                                            aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_config *config = NULL;
    aisle_dataset *dataset = NULL;
    TRY(aisle_config_new(&config, err));
    config->data.cleaning = model->config->data.cleaning;
    /* Rules on products went into what the model knows of them. */
    config->data.cleaning.departments_out = config->data.cleaning.categories_out = (text_list){0};
    config->data.cleaning.category_required = false;
    TRY(aisle_dataset_build(&dataset, receipts, NULL, attributes, config, err));
    TRY(aisle_households_from_dataset(out, model, dataset, as_of, err));
done:
    aisle_dataset_free(dataset);
    aisle_config_free(config);
    return status;
}

void aisle_households_free(aisle_households *of)
{
    if (!of)
        return;
    households_fini(&of->h);
    mem_free(of);
}

uint32_t aisle_households_count(const aisle_households *of)
{
    return of->h.n_users;
}

int32_t aisle_households_as_of(const aisle_households *of)
{
    return of->h.as_of;
}

void aisle_households_summarise(aisle_dataset_summary *out, const aisle_households *of)
{
    *out = of->receipts;
}

aisle_user aisle_households_find(const aisle_households *of, const char *id)
{
    return (aisle_user){id_table_find(&of->h.users, id)};
}

const char *aisle_households_id(const aisle_households *of, aisle_user user, char buffer[32])
{
    return id_table_text(&of->h.users, user.index, buffer);
}

bool aisle_households_are_ints(const aisle_households *of)
{
    return of->h.users.is_int;
}

size_t aisle_model_purchases(aisle_purchase *out, size_t most, const aisle_model *model,
                             const aisle_households *of, aisle_user user)
{
    const households *h = households_of(model, of);
    size_t n = 0;
    if (user.index >= h->n_users)
        return 0;
    uint64_t from = h->user_offset[user.index];
    for (uint64_t l = h->user_offset[user.index + 1]; l > from && n < most; l--, n++)
        out[n] = (aisle_purchase){{h->line.item[l - 1]},
                                  h->line.day[l - 1],
                                  h->line.quantity[l - 1],
                                  h->line.value[l - 1]};
    return n;
}
