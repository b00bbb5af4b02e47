#include "base/mem.h"
#include "data/attributes.h"
#include "data/dataset_type.h"
#include "data/findings/findings.h"
#include "data/promotions.h"
#include "data/weeks.h"

void aisle_dataset_free(aisle_dataset *d)
{
    if (!d)
        return;
    id_table_fini(&d->users);
    id_table_fini(&d->items);
    mem_free(d->user_offset);
    line_columns_fini(&d->line);
    mem_free(d->store);
    id_table_fini(&d->stores);
    id_table_fini(&d->left_out);
    week_table_fini(&d->weeks);
    promotion_table_fini(&d->promotions);
    attribute_table_fini(&d->products);
    attribute_table_fini(&d->households);
    finding_list_fini(&(finding_list){d->findings, d->n_findings, 0});
    for (size_t f = 0; f < d->n_files; f++)
        mem_free((char *)(uintptr_t)d->files[f].file);
    mem_free(d->files);
    aisle_config_free(d->config);
    mem_free(d);
}

const aisle_config *aisle_dataset_config(const aisle_dataset *dataset)
{
    return dataset->config;
}

size_t aisle_dataset_files(const aisle_file_count **out, const aisle_dataset *dataset)
{
    *out = dataset->files;
    return dataset->n_files;
}
