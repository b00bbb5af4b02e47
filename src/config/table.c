#include "config/option.h"

#include <stdio.h>
#include <string.h>

#define AT(member) offsetof(struct aisle_config, member)
#define IN(member) offsetof(catalogue_options, member)
#define BIG 1e300

/* clang-format off */
#define SOURCE(prefix, member, what)                                                               \
    {prefix ".path", OPTION_PATH, AT(member.path), NULL, 0, 0, NULL,                               \
     "File of " what ", a pattern (week_*.csv) or a folder of files: CSV, plain, .gz or .zst, or Parquet (.parquet, .pq); relative to the configuration's folder."}, \
    {prefix ".sql", OPTION_TEXT, AT(member.sql), NULL, 0, 0, NULL,                                 \
     "Any DuckDB query instead of a file; ${folder} is the configuration's folder."},              \
    {prefix ".postgres", OPTION_TEXT, AT(member.postgres), NULL, 0, 0, NULL,                       \
     "Connection string of a PostgreSQL database instead of a file."},                             \
    {prefix ".table", OPTION_TEXT, AT(member.table), NULL, 0, 0, NULL,                             \
     "Table of the PostgreSQL database, with its schema: public.receipts."},                       \
    {prefix ".where", OPTION_TEXT, AT(member.where), NULL, 0, 0, NULL,                             \
     "SQL condition over the source's columns: rows for which it does not hold are left out; those of receipts are counted. The columns of a CSV file are texts, but for those declared as numbers; an empty field is NULL."}, \
    {prefix ".delimiter", OPTION_TEXT, AT(member.delimiter), NULL, 0, 0, NULL,                     \
     "Delimiter of CSV files, one character or tab; found out when not given."},                   \
    {prefix ".encoding", OPTION_TEXT, AT(member.encoding), NULL, 0, 0, NULL,                       \
     "Encoding of CSV files, as iconv calls it: latin-1, windows-1252, utf-16, big5, …; when not given, what a byte-order mark says, else UTF-8."}, \
    {prefix ".skip", OPTION_INT, AT(member.skip), "0", 0, 1000000, NULL,                           \
     "Lines of each CSV file before its header (its first row, without a header). 0: the header is the first line that has the columns that are named here."}, \
    {prefix ".header", OPTION_BOOL, AT(member.header), "true", 0, 0, NULL,                         \
     "Whether CSV files begin with the names of their columns; without, they are 1, 2, …, or names."}, \
    {prefix ".names", OPTION_TEXTS, AT(member.names), NULL, 0, 0, NULL,                            \
     "Names of all columns of CSV files without a header, in their order."},                       \
    {prefix ".decimal", OPTION_CHOICE, AT(member.decimal), "plain", 0, 0, "plain|.|,",             \
     "Decimal mark of numbers in texts. With . or , the other one, a blank or an apostrophe may part thousands (1.234,50); plain: a point, and nothing parts thousands. A minus may stand behind, the sign of a currency on either side."}, \
    {prefix ".trim", OPTION_BOOL, AT(member.trim), "true", 0, 0, NULL,                             \
     "Blanks at both ends of a text are none of it."}

#define TEXT(path, member, initial, meaning)                                                       \
    {path, OPTION_TEXT, AT(member), initial, 0, 0, NULL, meaning}
#define TEXTS(path, member, meaning)                                                               \
    {path, OPTION_TEXTS, AT(member), NULL, 0, 0, NULL, meaning}
#define TEXTS_AS(path, member, initial, meaning)                                                   \
    {path, OPTION_TEXTS, AT(member), initial, 0, 0, NULL, meaning}
#define CHOICE(path, member, initial, choices, meaning)                                            \
    {path, OPTION_CHOICE, AT(member), initial, 0, 0, choices, meaning}
#define MOMENT(path, member, meaning)                                                              \
    {path, OPTION_MOMENT, AT(member), NULL, 0, 0, NULL, meaning}
#define REAL(path, member, initial, least, most, meaning)                                          \
    {path, OPTION_REAL, AT(member), initial, least, most, NULL, meaning}
#define INT(path, member, initial, least, most, meaning)                                           \
    {path, OPTION_INT, AT(member), initial, least, most, NULL, meaning}
#define BOOL(path, member, initial, meaning)                                                       \
    {path, OPTION_BOOL, AT(member), initial, 0, 0, NULL, meaning}
#define QUOTA(name, initial)                                                                       \
    INT("candidates." #name ".quota", candidates.name.quota, initial, 0, 10000,                    \
        "Candidates a household that the blend takes from " #name "; 0 leaves it out.")
#define ITEM_ITEM(name, quota, initial, weights)                                                   \
    QUOTA(name, quota),                                                                            \
    INT("candidates." #name ".neighbours", candidates.name.neighbours, initial, 1, 10000,          \
        "Items that each item keeps as similar, itself among them."),                              \
    CHOICE("candidates." #name ".weight", candidates.name.weight, weights, "lines|log|binary",     \
        "Weight of a pair: the number of its lines, log(1 + that), or 1."),                        \
    REAL("candidates." #name ".decay", candidates.name.decay, "1", 0, 1,                           \
        "What a line that is one week older counts.")
#define MOST_INT 2147483647

const option option_table[] = {
    {"base", OPTION_PATH, AT(base), NULL, 0, 0, NULL, "Another configuration, read before this one, which changes it: the keys that are here stand in place of its own."},
    INT("seed", seed, "1", 0, 9e15, "Seed of everything that draws random numbers."),

    SOURCE("data.receipts", data.receipts.source, "receipts"),
    TEXTS_AS("data.receipts.user", data.receipts.user, "user_id", "Column of the household (loyalty card). Several columns, as of all ids: their values with a colon between them are the id."),
    TEXTS_AS("data.receipts.item", data.receipts.item, "item_id", "Column, or columns, of the product."),
    TEXTS("data.receipts.basket", data.receipts.basket, "Column, or columns, of the receipt's number; without it a household's day is one basket."),
    TEXTS("data.receipts.store", data.receipts.store, "Column, or columns, of the store; of a basket whose lines differ the first by id counts."),
    TEXTS_AS("data.receipts.time", data.receipts.time, "time", "Column of the time of purchase, or columns of date and clock: [date, clock] is read as both with a blank between them."),
    {"data.receipts.time_format", OPTION_FORMAT, AT(data.receipts.time_format), "auto", 0, 0, "auto|iso|epoch_s|epoch_ms|day_number", "How the time is written: auto takes typed columns as they are and texts as ISO 8601; or a pattern of strptime, such as %d.%m.%Y %H:%M."},
    MOMENT("data.receipts.from", data.receipts.from, "First day that counts, as a date: receipts before it are left out, and counted."),
    MOMENT("data.receipts.until", data.receipts.until, "Last day that counts, likewise."),
    {"data.receipts.no_card", OPTION_TEXTS, AT(data.receipts.no_card), "['NULL', nan, None, N/A, '\\N', unknown, '-']", 0, 0, NULL, "What stands in the user's column where there was no card, whatever its case, beside nothing and blanks. Such lines are no household's; they are counted, and left out."},
    TEXT("data.receipts.time_zone", data.receipts.time_zone, "UTC", "Time zone of the shop: a day ends at midnight there."),
    TEXT("data.receipts.source_zone", data.receipts.source_zone, "UTC", "Time zone of times that are written without one."),
    MOMENT("data.receipts.origin", data.receipts.origin, "The day before day number 1, for time_format day_number."),
    TEXT("data.receipts.week", data.receipts.week, NULL, "Column of the week's number; without it weeks are 7 days from the first day."),
    TEXT("data.receipts.quantity", data.receipts.quantity, NULL, "Column of the quantity; without it 1 a line."),
    TEXT("data.receipts.value", data.receipts.value, NULL, "Column of the line's value (not of one piece, see price); without it 0, and no prices."),
    TEXT("data.receipts.price", data.receipts.price, NULL, "Column of the price of one piece, in place of value: the line's value is price times quantity."),
    TEXTS("data.receipts.discount", data.receipts.discount, "Columns of what was taken off the line, a price cut or a coupon: their sum, whatever their sign; a missing one is 0."),

    SOURCE("data.products", data.products.source, "products"),
    TEXTS_AS("data.products.item", data.products.item, "item_id", "Column, or columns, of the product."),
    TEXTS("data.products.categories", data.products.categories, "Category columns, each a feature."),
    TEXTS("data.products.label", data.products.label, "Columns that together are what people call the product."),
    TEXT("data.products.department", data.products.department, NULL, "The category column that is the department."),
    TEXT("data.products.category", data.products.category, NULL, "The category column that is the category in the narrow sense."),

    SOURCE("data.households", data.households.source, "households"),
    TEXTS_AS("data.households.user", data.households.user, "user_id", "Column, or columns, of the household."),
    TEXTS("data.households.categories", data.households.categories, "Category columns, each a feature."),

    SOURCE("data.promotions", data.promotions.source, "promotions"),
    TEXTS_AS("data.promotions.item", data.promotions.item, "item_id", "Column, or columns, of the product."),
    TEXTS("data.promotions.store", data.promotions.store, "Column, or columns, of the store, by the ids of data.receipts.store; without it a promotion is one of all stores."),
    TEXT("data.promotions.week", data.promotions.week, "week", "Column of the week's number, numbered as the weeks of the receipts are."),
    TEXT("data.promotions.display", data.promotions.display, NULL, "Column that says whether, or where, the product was on display in the store."),
    TEXT("data.promotions.mailer", data.promotions.mailer, NULL, "Column that says whether, or where, the product was in the store's mailer."),
    {"data.promotions.none", OPTION_TEXTS, AT(data.promotions.none), "['0', NONE]", 0, 0, NULL, "Values of these two that mean no promotion, as is a missing one; any other means one."},

    REAL("data.cleaning.quantity_above", data.cleaning.quantity_above, "0", 0, BIG, "Lines of this quantity or less are left out (returns see below)."),
    REAL("data.cleaning.value_above", data.cleaning.value_above, "0", -1, BIG, "Lines of this value or less are left out; only where there is a value column."),
    REAL("data.cleaning.price_above", data.cleaning.price_above, "-1", -1, BIG, "Lines whose value / quantity is this or less are left out; -1: no limit."),
    REAL("data.cleaning.price_below", data.cleaning.price_below, "1e300", 0, BIG, "Lines whose value / quantity is this or more are left out."),
    CHOICE("data.cleaning.returns", data.cleaning.returns, "net", "net|drop", "Lines of negative quantity: cancel earlier purchases of the same product, or are left out."),
    CHOICE("data.cleaning.duplicates", data.cleaning.duplicates, "merge", "merge|drop", "Lines of one basket and product are summed; drop first counts equal lines once."),
    TEXTS("data.cleaning.departments_out", data.cleaning.departments_out, "Departments to leave out."),
    TEXTS("data.cleaning.categories_out", data.cleaning.categories_out, "Categories to leave out."),
    BOOL("data.cleaning.category_required", data.cleaning.category_required, "false", "Leave out products without a category."),
    REAL("data.rejected_share", data.rejected_share, "0.01", 0, 1, "More lines than this share that cannot be read are an error."),
    {"data.rejected_path", OPTION_PATH, AT(data.rejected_path), "rejected.csv", 0, 0, NULL, "File for the lines that could not be read: line, reason, column, value, table; made only when there are some. The default lies in the current folder."},

    CHOICE("split.protocol", split.protocol, "refit", "refit|frozen", "Level 1 and features as of each window's start, or once, before the labels."),
    MOMENT("split.test_first", split.test_first, "First week or day of the test window; default: `horizon` weeks before its end."),
    MOMENT("split.test_last", split.test_last, "Last week or day of the test window; default: the last week of the source's, without one that the receipts fill to less than half; the last day, where data.receipts.week is not given."),
    MOMENT("split.labels_first", split.labels_first, "First week or day of level 2's labels; default: ranker.windows horizons before the test."),
    MOMENT("split.labels_last", split.labels_last, "Last week or day of level 2's labels."),
    INT("split.age", split.age, "0", 0, 366, "Days from the fit to the test window: all is fitted as of so much earlier, and households are asked by their receipts up to the window."),
    INT("split.horizon", split.horizon, "3", 1, 520, "Weeks of a label window, and of what is predicted."),

    TEXT("catalogue", catalogue, NULL, "Name of the catalogue in use, a key under catalogues; without it everything."),
    MOMENT("catalogue_as_of", catalogue_as_of, "Week or day that the catalogue is decided as of; default: the first of the labels."),
    {"catalogues.*.price_above", OPTION_REAL, IN(price_above), "-1", -1, BIG, NULL, "Mean unit price above this; -1: no limit."},
    {"catalogues.*.price_below", OPTION_REAL, IN(price_below), "1e300", 0, BIG, NULL, "Mean unit price below this."},
    {"catalogues.*.share_from", OPTION_REAL, IN(share_from), "0", 0, 1, NULL, "Least share of households that bought it."},
    {"catalogues.*.share_to", OPTION_REAL, IN(share_to), "1", 0, 1, NULL, "Largest share of households that bought it."},
    {"catalogues.*.departments_in", OPTION_TEXTS, IN(departments_in), NULL, 0, 0, NULL, "Only these departments."},
    {"catalogues.*.departments_out", OPTION_TEXTS, IN(departments_out), NULL, 0, 0, NULL, "Not these departments."},
    {"catalogues.*.categories_in", OPTION_TEXTS, IN(categories_in), NULL, 0, 0, NULL, "Only these categories."},
    {"catalogues.*.categories_out", OPTION_TEXTS, IN(categories_out), NULL, 0, 0, NULL, "Not these categories."},
    {"catalogues.*.items_in", OPTION_TEXTS, IN(items_in), NULL, 0, 0, NULL, "Only these products, by id."},
    {"catalogues.*.items_out", OPTION_TEXTS, IN(items_out), NULL, 0, 0, NULL, "Not these products, by id."},
    {"catalogues.*.items_in_file", OPTION_PATH, IN(items_in_file), NULL, 0, 0, NULL, "Only the products of this file, an id a line."},
    {"catalogues.*.items_out_file", OPTION_PATH, IN(items_out_file), NULL, 0, 0, NULL, "Not the products of this file, an id a line."},
    {"catalogues.*.top", OPTION_INT, IN(top), "0", 0, MOST_INT, NULL, "Of what is left, this many of the largest quantity; 0: all."},

    INT("candidates.fallback_weeks", candidates.fallback_weeks, "8", 1, 5200, "Weeks of the popularity that breaks ties and fills up short lists."),
    INT("candidates.pool", candidates.pool, "5000", 1, 10000000, "Households of the fit, drawn by the seed, that each household is compared with by up_cf, tifu_knn, similar_users, mix and in similar-users: an answer's time and the model's size go by it."),
    QUOTA(popular, "20"),
    INT("candidates.popular.weeks", candidates.popular.weeks, "4", 0, 5200, "Weeks that count; 0: all."),
    CHOICE("candidates.popular.by", candidates.popular.by, "households", "households|lines|quantity", "What is counted."),
    QUOTA(popular_all, "0"),
    CHOICE("candidates.popular_all.by", candidates.popular_all.by, "households", "households|lines|quantity", "What is counted, over all time."),
    QUOTA(popular_store, "0"),
    INT("candidates.popular_store.weeks", candidates.popular_store.weeks, "8", 0, 5200, "Weeks that count; 0: all."),
    INT("candidates.popular_store.store_weeks", candidates.popular_store.store_weeks, "26", 0, 5200, "Weeks whose baskets say where a household shops most; 0: all."),
    REAL("candidates.popular_store.prior", candidates.popular_store.prior, "100", 0, BIG, "Shrinkage towards what sells everywhere: so many households more that buy as all do."),
    QUOTA(popular_segment, "0"),
    TEXT("candidates.popular_segment.column", candidates.popular_segment.column, NULL, "The household column whose levels are the segments; default: the first. Households without a level are a segment."),
    INT("candidates.popular_segment.weeks", candidates.popular_segment.weeks, "8", 0, 5200, "Weeks that count; 0: all."),
    REAL("candidates.popular_segment.prior", candidates.popular_segment.prior, "100", 0, BIG, "Shrinkage towards what sells to all: so many households more that buy as all do."),
    QUOTA(own_count, "40"),
    QUOTA(own_decay, "60"),
    REAL("candidates.own_decay.decay", candidates.own_decay.decay, "0.95", 0, 1, "Weight of a purchase that is one week older."),
    QUOTA(own_last, "40"),
    INT("candidates.own_last.baskets", candidates.own_last.baskets, "100", 1, MOST_INT, "The household's last baskets whose products are listed."),
    REAL("candidates.own_last.decay", candidates.own_last.decay, "0.95", 0, 1, "Weight of a basket that is one basket older."),
    QUOTA(own_due, "40"),
    REAL("candidates.own_due.decay", candidates.own_due.decay, "0.95", 0, 1, "Weight of a purchase that is one week older."),
    REAL("candidates.own_due.rise", candidates.own_due.rise, "0.1", 0, 1, "How much less counts what was bought just now, against what is due; 0: nothing less."),
    REAL("candidates.own_due.lapse", candidates.own_due.lapse, "0.1", 0, 100, "How fast what is overdue fades: by this power of the days since over the gap."),
    QUOTA(als, "20"),
    INT("candidates.als.factors", candidates.als.factors, "64", 1, 1024, "Factors of a household and of a product."),
    INT("candidates.als.iterations", candidates.als.iterations, "15", 1, 1000, "Passes over households and products."),
    REAL("candidates.als.regularisation", candidates.als.regularisation, "0.1", 0, BIG, "Weight of the squared factors in the loss."),
    CHOICE("candidates.als.scaled", candidates.als.scaled, "none", "none|counts", "Whether a row's regularisation grows with its number of pairs n: times (n / mean n)^scale_power."),
    REAL("candidates.als.scale_power", candidates.als.scale_power, "1", 0, 1, "The power of scaled: counts."),
    CHOICE("candidates.als.solver", candidates.als.solver, "cg", "cg|cholesky|blocks", "How a row is solved: a few steps of conjugate gradient, exactly, or 16 factors at a time (iALS++). The fastest to a given loss is cg."),
    REAL("candidates.als.alpha", candidates.als.alpha, "1", 0, BIG, "Confidence of a pair: alpha times its weight."),
    CHOICE("candidates.als.weighting", candidates.als.weighting, "bm25", "bm25|log|count|binary", "Weight of a pair, from the number of its lines."),
    REAL("candidates.als.bm25_k1", candidates.als.bm25_k1, "100", 0, BIG, "K1 of BM25: larger saturates later."),
    REAL("candidates.als.bm25_b", candidates.als.bm25_b, "0.8", 0, 1, "B of BM25: how much length counts."),
    QUOTA(ease, "0"),
    REAL("candidates.ease.regularisation", candidates.ease.regularisation, "500", 0, BIG, "Added to the diagonal of the products' co-purchases: the larger, the less a rare product says."),
    CHOICE("candidates.ease.weighting", candidates.ease.weighting, "binary", "lines|binary|log", "Weight of a pair, from its lines as they decay: their sum, the latest alone, log(1 + sum)."),
    REAL("candidates.ease.decay", candidates.ease.decay, "0.98", 0, 1, "Weight of a purchase that is one week older."),
    INT("candidates.ease.items_most", candidates.ease.items_most, "15000", 1, 100000, "Products of the catalogue beyond which ease is refused: it takes 8 bytes for each pair of products while it is fitted, 4 in the model."),
    ITEM_ITEM(item_count, "0", "100", "lines"),
    ITEM_ITEM(item_cosine, "0", "100", "lines"),
    ITEM_ITEM(item_tfidf, "0", "100", "binary"),
    ITEM_ITEM(item_bm25, "15", "100", "binary"),
    REAL("candidates.item_bm25.bm25_k1", candidates.item_bm25.bm25_k1, "1.2", 0, BIG, "K1 of BM25: larger saturates later."),
    REAL("candidates.item_bm25.bm25_b", candidates.item_bm25.bm25_b, "0.2", 0, 1, "B of BM25: how much the item's sales count."),
    QUOTA(co_basket, "0"),
    INT("candidates.co_basket.neighbours", candidates.co_basket.neighbours, "50", 1, 10000, "Items that each item keeps as bought together with it."),
    CHOICE("candidates.co_basket.by", candidates.co_basket.by, "confidence", "lift|confidence|count", "What makes two items go together: their baskets against chance, against the first one's baskets, or their number."),
    REAL("candidates.co_basket.shrinkage", candidates.co_basket.shrinkage, "10", 0, 1e9, "Baskets added to those of an item in lift and confidence: the larger, the less a rare item says."),
    INT("candidates.co_basket.baskets", candidates.co_basket.baskets, "10", 1, MOST_INT, "The household's last baskets that count."),
    QUOTA(substitutes, "0"),
    TEXTS("candidates.substitutes.columns", candidates.substitutes.columns, "Category columns of products whose values substitutes share; default: the category and, if there is one, the column brand."),
    REAL("candidates.substitutes.decay", candidates.substitutes.decay, "0.95", 0, 1, "What a line that is one week older counts."),
    INT("candidates.substitutes.weeks", candidates.substitutes.weeks, "4", 0, 5200, "Weeks whose households make a substitute popular; 0: all."),
    QUOTA(popular_category, "60"),
    TEXTS("candidates.popular_category.columns", candidates.popular_category.columns, "Category columns of products in which a household's share of purchases counts; default: all."),
    REAL("candidates.popular_category.recency", candidates.popular_category.recency, "0.65", 0, 1, "What a household counts in a product's popularity whose last purchase of it is one week older."),
    REAL("candidates.popular_category.decay", candidates.popular_category.decay, "0.95", 0, 1, "What a line of the household that is one week older counts."),
    REAL("candidates.popular_category.prior", candidates.popular_category.prior, "50", 1, BIG, "Shrinkage: lines added to the household's that are bought as all buy."),
    REAL("candidates.popular_category.exponent", candidates.popular_category.exponent, "0.2", 0, 1, "How much each column counts: 0 is plain popularity, 1 the household's share against everybody's."),
    QUOTA(up_cf, "0"),
    INT("candidates.up_cf.baskets", candidates.up_cf.baskets, "0", 0, MOST_INT, "The household's last baskets that count; 0: all."),
    REAL("candidates.up_cf.decay", candidates.up_cf.decay, "0.95", 0, 1, "What a basket that is one week older counts."),
    REAL("candidates.up_cf.asymmetry", candidates.up_cf.asymmetry, "0.25", 0, 1, "Exponent of the household's own items in the similarity; its neighbour's have the rest to 1."),
    REAL("candidates.up_cf.locality", candidates.up_cf.locality, "10", 0, 1000, "Power of the similarity: the larger, the more the nearest decide."),
    INT("candidates.up_cf.neighbours", candidates.up_cf.neighbours, "200", 1, 100000, "Households that each one takes from."),
    QUOTA(tifu_knn, "40"),
    INT("candidates.tifu_knn.groups", candidates.tifu_knn.groups, "10", 1, 100000, "Groups that a household's baskets fall into."),
    REAL("candidates.tifu_knn.within_decay", candidates.tifu_knn.within_decay, "0.9", 0, 1, "What a basket one further back in its group counts."),
    REAL("candidates.tifu_knn.group_decay", candidates.tifu_knn.group_decay, "0.8", 0, 1, "What a group one further back counts."),
    REAL("candidates.tifu_knn.alpha", candidates.tifu_knn.alpha, "0.5", 0, 1, "Share of the household's own vector; its neighbours' have the rest."),
    INT("candidates.tifu_knn.neighbours", candidates.tifu_knn.neighbours, "100", 1, 100000, "Households that each one takes from."),
    QUOTA(similar_users, "0"),
    CHOICE("candidates.similar_users.weight", candidates.similar_users.weight, "log", "lines|log|binary", "What a household's lines of an item weigh."),
    REAL("candidates.similar_users.decay", candidates.similar_users.decay, "0.95", 0, 1, "What a line that is one week older counts."),
    INT("candidates.similar_users.neighbours", candidates.similar_users.neighbours, "100", 1, 100000, "Households that each one takes from."),
    QUOTA(mix, "0"),
    INT("candidates.mix.top", candidates.mix.top, "20", 1, 10000, "Items that mix takes from each of its sources: own_decay, the most similar item of each of those by item_cosine, similar_users."),

    INT("features.category_levels", features.category_levels, "50", 0, MOST_INT, "Category columns of up to so many levels are features as they are; those of more only through the household's purchases in them."),
    BOOL("features.planned_promotions", features.planned_promotions, "false", "Promotions of the weeks of the horizon are known in advance: they are features. Otherwise only those of weeks before."),
    {"features.without", OPTION_TEXTS, AT(features.without), "[spend, rank, habit, discount]", 0, 0, NULL, "Families of features that are left out, by name (docs/features.md); []: none."},

    INT("fit.households_most", fit.households_most, "0", 0, MOST_INT, "Households, drawn by the seed, that retrievers and level 2 are fitted on; what is summed over households (popularity, prices and other facts of products, stores, segments) counts all of them; tune candidates goes by all. 0: all."),

    CHOICE("ranker.objective", ranker.objective, "binary", "binary|lambdarank|rank_xendcg", "What LightGBM minimises."),
    CHOICE("ranker.averaged_with", ranker.averaged_with, "none", "none|binary|lambdarank|rank_xendcg", "A second objective, or the same with another seed, trained on as many trees: scores are the mean of both, each scaled to the same spread."),
    INT("ranker.trees", ranker.trees, "0", 0, 100000, "Trees at most. 0: 150 where there are fewer than 100,000 rows to train on, otherwise 300."),
    REAL("ranker.learning_rate", ranker.learning_rate, "0.05", 1e-6, 10, "Shrinkage of each tree."),
    INT("ranker.leaves", ranker.leaves, "0", 0, 131072, "Leaves of a tree at most. 0: 7 where there are fewer than 100,000 rows to train on, otherwise 15."),
    INT("ranker.min_data_in_leaf", ranker.min_data_in_leaf, "100", 0, MOST_INT, "Rows of a leaf at least."),
    INT("ranker.max_bin", ranker.max_bin, "255", 2, 65535, "Bins of a feature."),
    REAL("ranker.feature_fraction", ranker.feature_fraction, "0.2", 0.001, 1, "Share of features that a tree may use."),
    REAL("ranker.bagging_fraction", ranker.bagging_fraction, "1", 0.001, 1, "Share of rows that a tree sees."),
    REAL("ranker.lambda_l2", ranker.lambda_l2, "1", 0, BIG, "L2 regularisation of leaf values."),
    INT("ranker.negatives", ranker.negatives, "30", 1, 10000, "Candidates a household that were not bought, sampled for training."),
    INT("ranker.windows", ranker.windows, "0", 0, 64, "Label windows where split.labels_first is not given. 0: 2 for 4,000 households or more, the more the fewer there are, up to 8, in the second half of the weeks; 2 for a fit by sums."),
    INT("ranker.households_most", ranker.households_most, "20000", 0, MOST_INT, "Households at most that level 2 is trained on, drawn by the seed, the same in every label window; 0: all. Time and memory of training stop growing with the households there."),
    INT("ranker.early_stopping", ranker.early_stopping, "0", 0, 100000, "Trees without improvement on the last label window before it stops; then all windows train that many trees. 0: off."),
    BOOL("ranker.fallback", ranker.fallback, "true", "Lists go by the blend, or by the best of its sources, where trees that have not seen the last label window find no more of what was bought in it than the blend, clearly less than that source, or learned nothing. false: by the trees, whatever they learned."),
    BOOL("ranker.calibrated", ranker.calibrated, "false", "Give the probability of a purchase in the horizon beside the score: by isotonic regression on the last label window, for which trees are trained without it; needs two label windows, and half as long again."),
    TEXT("ranker.parameters", ranker.parameters, NULL, "More LightGBM parameters, as it writes them: \"lambda_l1=1 path_smooth=2\"."),

    {"evaluate.k", OPTION_INTS, AT(evaluate.k), "[5, 10, 20, 200]", 1, 10000, NULL, "Cut-offs of the metrics."},
    {"evaluate.metrics", OPTION_TEXTS, AT(evaluate.metrics), "[precision, recall, map, ndcg, mrr, hit_rate]", 0, 0, NULL, "Metrics, by name (docs/metrics.md)."},
    TEXTS("evaluate.models", evaluate.models, "Models to evaluate; default: the baselines (popular, own_count, own_decay), what the blend takes from, the blend, the two levels."),
    INT("evaluate.bootstrap", evaluate.bootstrap, "1000", 0, 1000000, "Resamples of the households for the intervals; 0: no intervals."),
    REAL("evaluate.confidence", evaluate.confidence, "0.95", 0.5, 0.9999, "Of the intervals."),
    INT("evaluate.folds", evaluate.folds, "1", 1, 52, "Test windows, one horizon before the other, each with everything fitted anew: mean and spread."),
    INT("evaluate.curve", evaluate.curve, "0", 0, 1000, "Precision and recall at every k up to this one; 0: none."),
    {"evaluate.segments", OPTION_TEXTS, AT(evaluate.segments), "[history]", 0, 0, NULL, "Households by: history (baskets before the test window), or columns of the table of households."},
    INT("evaluate.examples", evaluate.examples, "0", 0, 100, "Households that are shown with their lists, what they bought, and why: from each of as many equal parts, the worst served first, one that the seed draws."),
    REAL("evaluate.unseen", evaluate.unseen, "0", 0, 0.9, "Share of the households, drawn by the seed, that the fit leaves out: they alone are judged, asked by their own receipts, beside the same in a fit of all; 0: the fit sees all that are judged."),
    BOOL("evaluate.new_only", evaluate.new_only, "false", "Lists hold, and truth counts, only products that the household never bought before (protocol N)."),
    BOOL("evaluate.pad", evaluate.pad, "true", "Fill up short lists with popular products."),

    TEXTS("rules.items_in", rules.items_in, "Lists that a model gives hold only these products, by id. evaluate measures without any rules."),
    TEXTS("rules.items_out", rules.items_out, "Not these products, by id."),
    {"rules.items_in_file", OPTION_PATH, AT(rules.items_in_file), NULL, 0, 0, NULL, "Only the products of this file as well, an id a line; a model keeps what it held when it was fitted."},
    {"rules.items_out_file", OPTION_PATH, AT(rules.items_out_file), NULL, 0, 0, NULL, "Not the products of this file, an id a line; kept likewise."},
    TEXTS("rules.categories_in", rules.categories_in, "Only products with these values of category columns, as column=value; several of one column: any of them."),
    TEXTS("rules.categories_out", rules.categories_out, "No product with one of these values, as column=value."),
    TEXTS("rules.most", rules.most, "At most n products of a list share a value of a category column, as column=n; those without a value are not counted."),
    TEXTS("rules.least", rules.least, "Only products whose number is at least this, as column=number: a category column whose values are numbers, or price, the mean price of a piece in the last 13 weeks. Products without a number are left out."),
    TEXT("rules.times", rules.times, NULL, "Lists go by the probability of a purchase (ranker.calibrated) times this number of the product, as in rules.least: a margin, or price."),
    INT("rules.not_bought_days", rules.not_bought_days, "0", 0, 36500, "Nothing that the household bought in the last so many days; 0: no such rule."),
};
/* clang-format on */

const size_t option_count = sizeof option_table / sizeof option_table[0];

/* Compares a row's path with a user's, "*" standing for one name: 0 differs, 1 the same,
 * 2 path is a prefix of the row's, at a dot. */
static int match_path(const char *row, const char *path)
{
    while (*path) {
        if (*row == '*') {
            row++;
            if (*path == '.')
                return 0;
            while (*path && *path != '.')
                path++;
            continue;
        }
        if (*row != *path)
            return 0;
        row++;
        path++;
    }
    return *row == '\0' ? 1 : *row == '.' ? 2 : 0;
}

const option *option_find(const char *path)
{
    for (size_t i = 0; i < option_count; i++)
        if (match_path(option_table[i].path, path) == 1)
            return &option_table[i];
    return NULL;
}

bool option_is_prefix(const char *path)
{
    for (size_t i = 0; i < option_count; i++)
        if (match_path(option_table[i].path, path) == 2)
            return true;
    return false;
}

const char *config_key_under_new_only(const char *key)
{
    static const char under[] = "new_only";
    static const char *const may[] = {"split.labels_", "candidates", "features", "ranker"};
    if (strncmp(key, under, sizeof under - 1) != 0 || key[sizeof under - 1] != '.')
        return NULL;
    key += sizeof under;
    for (size_t i = 0; i < sizeof may / sizeof *may; i++)
        if (strncmp(key, may[i], strlen(may[i])) == 0)
            return key;
    return strcmp(key, "split") == 0 ? key : NULL;
}

bool config_key_is_known(const char *key)
{
    const char *own = config_key_under_new_only(key);
    if (strcmp(key, "new_only") == 0)
        return true;
    return option_find(own ? own : key) || option_is_prefix(own ? own : key);
}

/* Edit distance with rows of up to 63 characters; longer texts are far from everything. */
static int edit_distance(const char *a, const char *b)
{
    enum { MOST = 64 };
    size_t n = strlen(a), m = strlen(b);
    if (n >= MOST || m >= MOST)
        return MOST;
    int row[MOST];
    for (size_t j = 0; j <= m; j++)
        row[j] = (int)j;
    for (size_t i = 1; i <= n; i++) {
        int diagonal = row[0];
        row[0] = (int)i;
        for (size_t j = 1; j <= m; j++) {
            int change = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            int insert = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            row[j] = change < insert ? change : insert;
        }
    }
    return row[m];
}

const char *option_nearest(const char *path)
{
    const char *nearest = NULL;
    int least = (int)strlen(path) / 3 + 1;
    for (size_t i = 0; i < option_count; i++) {
        int distance = edit_distance(path, option_table[i].path);
        if (distance < least) {
            least = distance;
            nearest = option_table[i].path;
        }
    }
    return nearest;
}

void option_describe_kind(char *out, size_t size, const option *row)
{
    const char *whole = row->kind == OPTION_INTS ? "list of whole numbers" : "whole number";
    switch (row->kind) {
    case OPTION_BOOL:
        snprintf(out, size, "true or false");
        break;
    case OPTION_INT:
    case OPTION_INTS:
        if (row->most == MOST_INT)
            snprintf(out, size, "%s from %.0f", whole, row->least);
        else
            snprintf(out, size, "%s from %.0f to %.0f", whole, row->least, row->most);
        break;
    case OPTION_REAL:
        if (row->most >= BIG)
            snprintf(out, size, "number from %g", row->least);
        else
            snprintf(out, size, "number from %g to %g", row->least, row->most);
        break;
    case OPTION_TEXT:
        snprintf(out, size, "text");
        break;
    case OPTION_PATH:
        snprintf(out, size, "path");
        break;
    case OPTION_CHOICE:
        snprintf(out, size, "one of %s", row->choices);
        break;
    case OPTION_FORMAT:
        snprintf(out, size, "one of %s, or a pattern with %%", row->choices);
        break;
    case OPTION_MOMENT:
        snprintf(out, size, "week number or date (2017-12-31)");
        break;
    case OPTION_TEXTS:
        snprintf(out, size, "list of texts");
        break;
    }
}

int aisle_config_key_at(aisle_config_key *out, size_t index)
{
    static _Thread_local char kind[128];
    if (index >= option_count)
        return 0;
    const option *row = &option_table[index];
    option_describe_kind(kind, sizeof kind, row);
    out->path = row->path;
    out->kind = kind;
    out->initial = row->initial ? row->initial : "";
    out->meaning = row->meaning;
    return 1;
}
