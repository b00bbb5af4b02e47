/* Products, households and promotions from every shape of source. */
#include "shapes.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "data/promotions.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

static const char RECEIPTS[] = "user_id,item_id,time,store\n1:a,Tee,2024-01-01,0001\n"
                               "2:b,Käse,2024-01-02,0002\n3:c,Käse,2024-01-09,0001\n";
static const char PRODUCTS[] = "item_id,part,name,size\nTee,Getränke,Grüner Tee,1.5\n"
                               "Käse,Milch,\"Käse, jung\",\n";
static const char HOUSEHOLDS[] = "user_id,members\n1:a,2\n2:b,3\n";
static const char PROMOTIONS[] = "item_id,store,week,display,mailer\nKäse,0002,1,5,0\n"
                                 "Tee,0001,2,0,A\nKäse,0001,2,0,0\n";

/* Of the three tables, how each is told; NULL: as CSV. */
static aisle_dataset *read_tables(void **state, const char *products, const char *households,
                                  const char *promotions)
{
    text yaml = {0};
    text_add(&yaml,
             "data: {receipts: {path: r.csv, store: store}, rejected_path: bad.csv, "
             "rejected_share: 0.9, "
             "products: {%s, categories: [part], label: [name, size], department: part}, "
             "households: {%s, categories: [members]}, "
             "promotions: {%s, store: store, display: display, mailer: mailer}}",
             products ? products : "path: p.csv", households ? households : "path: h.csv",
             promotions ? promotions : "path: o.csv");
    aisle_dataset *d = fixture_read(state, yaml.bytes);
    text_fini(&yaml);
    return d;
}

static aisle_dataset *read_plain(void **state)
{
    fixture_write(state, "r.csv", RECEIPTS);
    fixture_write(state, "p.csv", PRODUCTS);
    fixture_write(state, "h.csv", HOUSEHOLDS);
    fixture_write(state, "o.csv", PROMOTIONS);
    aisle_dataset *d = read_tables(state, NULL, NULL, NULL);
    assert_string_equal(d->products.label[id_table_find(&d->items, "Tee")], "Grüner Tee, 1.5");
    assert_int_equal(d->summary.promotions.kept, 2);
    assert_int_equal(d->summary.promotions.none, 1);
    return d;
}

static uint8_t promotion_of(const aisle_dataset *d, size_t week, const char *item,
                            const char *store)
{
    return promotion_find(&d->promotions, week, id_table_find(&d->items, item),
                          id_table_find(&d->stores, store));
}

static void assert_same(void **state, const aisle_dataset *plain, const char *products,
                        const char *households, const char *promotions)
{
    aisle_dataset *d = read_tables(state, products, households, promotions);
    assert_datasets_equal(plain, d);
    assert_int_equal(d->summary.promotions.read, plain->summary.promotions.read);
    for (size_t week = 0; week < 2; week++)
        for (int store = 0; store < 2; store++)
            for (int item = 0; item < 2; item++)
                assert_int_equal(
                    promotion_of(d, week, item ? "Tee" : "Käse", store ? "0001" : "0002"),
                    promotion_of(plain, week, item ? "Tee" : "Käse", store ? "0001" : "0002"));
    aisle_dataset_free(d);
}

static void write_encoded(void **state, const char *name, const char *bytes, const char *encoding,
                          packing_kind kind)
{
    text encoded = {0}, packed = {0};
    encode_text(&encoded, bytes, strlen(bytes), encoding);
    pack_bytes(&packed, encoded.bytes, encoded.length, kind, 2);
    fixture_write_n(state, name, packed.bytes, packed.length);
    text_fini(&encoded);
    text_fini(&packed);
}

static void test_packed_and_encoded(void **state)
{
    aisle_dataset *plain = read_plain(state);
    for (packing_kind k = PLAIN; k < PACKINGS; k++) {
        write_encoded(state, "p.csv", PRODUCTS, "ISO-8859-1", k);
        write_encoded(state, "h.csv", HOUSEHOLDS, "UTF-16LE", k);
        write_encoded(state, "o.csv", PROMOTIONS, "CP1252", k);
        assert_same(state, plain, "path: p.csv, encoding: latin-1", "path: h.csv, encoding: utf-16",
                    "path: o.csv, encoding: windows-1252");
    }
    aisle_dataset_free(plain);
}

static void test_several_files(void **state)
{
    aisle_dataset *plain = read_plain(state);
    fixture_write(state, "p1.csv",
                  "printed today\npart;size;item_id;name\nGetränke;1.5;Tee;Grüner Tee\n");
    fixture_write(state, "p2.csv", "item_id,part,name,size\r\nKäse,Milch,\"Käse, jung\",\r\n");
    fixture_write(state, "h1.csv", "user_id,members\n1:a,2\n");
    fixture_write(state, "h2.csv", "members|user_id\r3| 2:b\r");
    fixture_write(state, "o1.csv", "item_id,store,week,display,mailer\nKäse,0002,1,5,0\n");
    fixture_write(state, "o2.csv",
                  "week\titem_id\tstore\tdisplay\tmailer\n2\tTee\t0001\t0\tA\n"
                  "2\tKäse\t0001\t0\t0\n");
    assert_same(state, plain, "path: 'p?.csv'", "path: 'h?.csv'", "path: 'o?.csv'");
    aisle_dataset_free(plain);
}

static void test_keys(void **state)
{
    aisle_dataset *plain = read_plain(state);
    fixture_write(state, "p.csv",
                  "two\nlines\nTee;Getränke;Grüner Tee;1.5\nKäse;Milch;Käse, jung;\n"
                  "Brot;Rest;Brot;\n");
    fixture_write(state, "h.csv", "land,card,members,,\n1,a,2,,\n2,b,3,,\n");
    fixture_write(state, "o.csv",
                  "item_id,store,week,display,mailer\nKäse,0002,\"1,0\",5,0\n"
                  "Tee,0001,2,0,A\nKäse,0001,2,0,0\nTee,0002,\"1,0\",7,7\n");
    assert_same(state, plain,
                "path: p.csv, skip: 2, header: false, names: [item_id, part, name, size], where: "
                "part <> 'Rest'",
                "path: h.csv, user: [land, card], where: members > '1'",
                "path: o.csv, decimal: ',', where: week < 2 AND display = '5' OR week = 2");
    aisle_dataset_free(plain);
}

static void test_parquet_and_sql(void **state)
{
    aisle_dataset *plain = read_plain(state);
    fixture_sql(state,
                "COPY (SELECT * REPLACE (size::DECIMAL(4,1) AS size) FROM "
                "read_csv('${folder}/p.csv', all_varchar = true, delim = ',', quote = '\"')) "
                "TO '${folder}/p.parquet'");
    fixture_sql(state, "COPY (SELECT * REPLACE (members::FLOAT AS members) FROM "
                       "read_csv('${folder}/h.csv', all_varchar = true)) TO '${folder}/h.parquet'");
    fixture_sql(state,
                "COPY (SELECT * REPLACE (week::FLOAT AS week, display::DOUBLE AS display) FROM "
                "read_csv('${folder}/o.csv', all_varchar = true)) TO '${folder}/o.parquet'");
    assert_same(state, plain, "path: p.parquet", "path: h.parquet", "path: o.parquet");
    assert_same(state, plain, "path: p.parquet, where: 'true'",
                "path: h.parquet, where: members > 1",
                "path: o.parquet, decimal: ',', where: week < 9");
    assert_same(state, plain, "sql: \"FROM '${folder}/p.parquet'\"",
                "sql: \"FROM '${folder}/h.parquet'\", where: 'true'",
                "sql: \"FROM '${folder}/o.parquet'\"");
    aisle_dataset_free(plain);
}

/* Each bad row with its table, file and line. */
static void test_bad_rows(void **state)
{
    aisle_dataset_free(read_plain(state));
    fixture_write(state, "p1.csv", "item_id,part,name,size\nTee,Getränke,Grüner Tee,1.5\n,x,y,z\n");
    fixture_write(state, "p2.csv", "item_id,part,name,size\nKäse,Mi\xff,Käse,\nKäse,Milch\n");
    fixture_write(state, "o.csv",
                  "before\nitem_id,store,week,display,mailer\nTee,0001,soon,1,1\n"
                  "Tee,0001,1.5,1,1\nTee,0001,2,1,1\n\xff,0001,2,1,1\n");
    for (int where = 0; where < 2; where++) {
        aisle_dataset_free(read_tables(state, "path: 'p?.csv'", NULL,
                                       where ? "path: o.csv, where: 'true'" : "path: o.csv"));
        char *bad = fixture_slurp(state, "bad.csv");
        assert_mentions(bad, "\n3,missing,item_id,,products,");
        assert_mentions(bad, "p1.csv\n2,not UTF-8,part,Mi\xff,products,");
        assert_mentions(bad, "p2.csv\n3,too few fields,,\"Käse,Milch\",products,");
        assert_mentions(bad, "\n3,not a number as declared,week,soon,promotions,");
        assert_mentions(bad, "\n4,not a whole number,week,1.5,promotions,");
        assert_mentions(bad, "\n6,not UTF-8,item_id,\xff,promotions,");
        mem_free(bad);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_packed_and_encoded), TEST(test_several_files), TEST(test_keys),
        TEST(test_parquet_and_sql),    TEST(test_bad_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
