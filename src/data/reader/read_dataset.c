#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "aisle/sums.h"
#include "base/fail.h"
#include "base/mem.h"
#include "data/dataset_type.h"
#include "data/reader/promotions_reader.h"
#include "data/reader/receipts.h"
#include "data/reader/reject_hint.h"
#include "data/reader/table_reader.h"

enum { PARTS_MOST = 900 };

/* The tables, read and judged. */
typedef struct tables {
    table_plan product_plan, household_plan;
    receipt_columns receipts;
    table_columns products, households;
    rejects bad_promotions;
    size_t promotions;
} tables;

static void plan_tables(tables *t, const data_options *o)
{
    t->product_plan =
        (table_plan){&o->products.source, "data.products",         "data.products.item",
                     &o->products.item,   &o->products.categories, &o->products.label};
    t->household_plan =
        (table_plan){&o->households.source, "data.households",         "data.households.user",
                     &o->households.user,   &o->households.categories, NULL};
}

/* The file of bad lines is written before they are judged: it is what one then wants to see. */
static aisle_status judge_rejects(tables *t, const data_options *o, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    static const char *const names[] = {"receipts", "products", "households", "promotions"};
    rejects *all[] = {&t->receipts.bad, &t->products.bad, &t->households.bad, &t->bad_promotions};
    const reject_declared about[] = {
        {"data.receipts", &o->receipts.source, o->receipts.time_format},
        {"data.products", &o->products.source, NULL},
        {"data.households", &o->households.source, NULL},
        {"data.promotions", &o->promotions.source, NULL}};
    uint64_t rows[] = {
        t->receipts.lines + t->receipts.elsewhere + t->receipts.no_card + t->receipts.outside,
        t->products.rows, t->households.rows + t->households.elsewhere, t->promotions};
    if (o->rejected_path && *o->rejected_path)
        TRY(rejects_write(all, names, 4, o->rejected_path, err));
    for (int i = 0; i < 4; i++)
        TRY(rejects_check_share(all[i], rows[i] + all[i]->total, o->rejected_share, names[i],
                                reject_hint, &about[i], err));
done:
    return status;
}

/* Columns of a table that is not given: whoever named them forgot where it is. */
static aisle_status refuse_columns(const table_plan *plan, aisle_error *err)
{
    bool named = plan->categories->count || (plan->label && plan->label->count);
    if (!named || source_is_given(plan->source))
        return AISLE_OK;
    return fail(err, AISLE_ERROR_CONFIG,
                "key '%s': found columns without a source; expected one of path, sql, postgres",
                plan->key);
}

static aisle_status read_tables(tables *t, session *s, const aisle_config *config,
                                const aisle_household_choice *which, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    plan_tables(t, &config->data);
    TRY(refuse_columns(&t->product_plan, err));
    TRY(refuse_columns(&t->household_plan, err));
    TRY(promotions_check(&config->data, err));
    TRY(receipt_columns_read(&t->receipts, s, config, which, err));
    TRY(table_columns_read(&t->products, s, &t->product_plan, config->folder, NULL, err));
    TRY(table_columns_read(&t->households, s, &t->household_plan, config->folder,
                           &t->receipts.filter, err));
    TRY(judge_rejects(t, &config->data, err));
done:
    return status;
}

static aisle_status keep_files(aisle_dataset *d, const receipt_columns *r, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY_ALLOC(d->files = NEW_ZEROED(aisle_file_count, r->n_files));
    for (size_t f = 0; f < r->n_files; f++) {
        const source_count *c = &r->files[f];
        char *name = mem_text(c->file ? c->file : "");
        TRY_ALLOC(name);
        d->files[d->n_files++] = (aisle_file_count){
            name,          c->csv.lines, c->csv.before, c->csv.header, c->csv.blank, c->csv.joined,
            c->csv.broken, c->left_out,  c->rows,       c->rejected,   c->no_card,   c->outside};
    }
done:
    return status;
}

/* Promotions come last: the dataset knows by then which products and stores count. */
static aisle_status add_promotions(aisle_dataset *dataset, tables *t, session *s,
                                   const aisle_config *config, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    TRY(promotions_read(dataset, &t->bad_promotions, &t->promotions, s, config, err));
    if (t->bad_promotions.total)
        TRY(judge_rejects(t, &config->data, err));
done:
    return status;
}

/* What is to be read, beside what the configuration names. */
typedef struct reading {
    const aisle_household_choice *which; /* NULL: all */
    const aisle_sums *sums;              /* of all households, where these are a sample; or NULL */
    bool examine;
    int threads;
} reading;

static aisle_status build_dataset(aisle_dataset **out, const tables *t, const aisle_config *config,
                                  const reading *how, aisle_error *err)
{
    aisle_receipts receipts = receipt_columns_view(&t->receipts);
    receipts.span = how->which ? how->which->span : NULL;
    receipts.examine = how->examine;
    receipts.day_lines = t->receipts.days.rows;
    aisle_attributes products = table_columns_view(&t->products);
    aisle_attributes households = table_columns_view(&t->households);
    const aisle_attributes *p = source_is_given(t->product_plan.source) ? &products : NULL;
    const aisle_attributes *h = source_is_given(t->household_plan.source) ? &households : NULL;
    return how->sums ? aisle_dataset_build_sampled(out, &receipts, p, h, config, how->sums, err)
                     : aisle_dataset_build(out, &receipts, p, h, config, err);
}

static aisle_status read_dataset(aisle_dataset **out, const aisle_config *config,
                                 const reading *how, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    session s = {.threads = how->threads};
    tables t = {0};
    aisle_dataset *dataset = NULL;
    if (how->threads < 0)
        TRY(fail(err, AISLE_ERROR_ARGUMENT, "threads: found %d, expected 0 or more", how->threads));
    TRY(aisle_config_check(config, err));
    TRY(read_tables(&t, &s, config, how->which, err));
    TRY(build_dataset(&dataset, &t, config, how, err));
    if (dataset)
        TRY(keep_files(dataset, &t.receipts, err));
    if (dataset)
        TRY(add_promotions(dataset, &t, &s, config, err));
    *out = dataset;
    dataset = NULL;
done:
    aisle_dataset_free(dataset);
    rejects_fini(&t.bad_promotions);
    receipt_columns_fini(&t.receipts);
    table_columns_fini(&t.products);
    table_columns_fini(&t.households);
    session_fini(&s);
    return status;
}

aisle_status aisle_dataset_read_sampled(aisle_dataset **out, const aisle_config *config,
                                        const aisle_household_choice *which, const aisle_sums *sums,
                                        int threads, aisle_error *err)
{
    const reading how = {which, sums, false, threads};
    return read_dataset(out, config, &how, err);
}

aisle_status aisle_dataset_examine(aisle_dataset **out, const aisle_config *config, int threads,
                                   aisle_error *err)
{
    const reading how = {NULL, NULL, true, threads};
    return read_dataset(out, config, &how, err);
}

aisle_status aisle_dataset_read_some(aisle_dataset **out, const aisle_config *config,
                                     const aisle_household_choice *which, int threads,
                                     aisle_error *err)
{
    return aisle_dataset_read_sampled(out, config, which, NULL, threads, err);
}

/* Bytes of a line where it takes the most, while lines are merged: as it was read, and as it is
 * kept; with all columns, and some of ids. */
enum { LINE_BYTES = 112 };
#define PROGRAM_BYTES ((uint64_t)256 << 20)

aisle_status aisle_dataset_count_parts(uint32_t *parts, const aisle_config *config, uint64_t memory,
                                       int threads, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    session s = {.threads = threads};
    source receipts = {0};
    uint64_t rows, most = memory > PROGRAM_BYTES ? (memory - PROGRAM_BYTES) / LINE_BYTES : 0;
    if (most == 0)
        TRY(fail(err, AISLE_ERROR_ARGUMENT,
                 "memory: found %" PRIu64 " bytes, expected more than %" PRIu64, memory,
                 PROGRAM_BYTES + LINE_BYTES));
    TRY(source_init(&receipts, &s, &config->data.receipts.source, "data.receipts", config->folder,
                    true, err));
    TRY(source_count_rows(&rows, &receipts, err));
    uint64_t n = rows / most + 1;
    if (n > PARTS_MOST)
        TRY(fail(err, AISLE_ERROR_ARGUMENT,
                 "memory: found %" PRIu64 " bytes for %" PRIu64 " lines, which makes %" PRIu64
                 " parts, expected up to %d",
                 memory, rows, n, PARTS_MOST));
    *parts = (uint32_t)n;
done:
    source_fini(&receipts);
    session_fini(&s);
    return status;
}

aisle_status aisle_dataset_read(aisle_dataset **out, const aisle_config *config, int threads,
                                aisle_error *err)
{
    return aisle_dataset_read_some(out, config, NULL, threads, err);
}

aisle_status aisle_dataset_open(aisle_dataset **out, const char *path, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    aisle_config *config = NULL;
    TRY(aisle_config_open(&config, path, err));
    TRY(aisle_dataset_read(out, config, 0, err));
done:
    aisle_config_free(config);
    return status;
}
