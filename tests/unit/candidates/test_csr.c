#include "base/csr.h"
#include "base/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { ROWS = 23, COLUMNS = 41 };

static void random_matrix(csr *m, uint32_t below)
{
    rng r = rng_init(3, below);
    assert_int_equal(csr_init(m, ROWS, COLUMNS, ROWS * COLUMNS, NULL), AISLE_OK);
    uint64_t n = 0;
    for (uint32_t row = 0; row < ROWS; row++) {
        for (uint32_t column = 0; column < COLUMNS; column++) {
            if (rng_below(&r, 10) >= below)
                continue;
            m->column[n] = column;
            m->value[n++] = (float)rng_below(&r, 100);
        }
        m->offset[row + 1] = n;
    }
}

static float value_at(const csr *m, uint32_t row, uint32_t column)
{
    for (uint64_t e = m->offset[row]; e < m->offset[row + 1]; e++)
        if (m->column[e] == column)
            return m->value[e];
    return -1;
}

static void transposes(void **state)
{
    (void)state;
    for (uint32_t below = 0; below <= 10; below += 5) {
        csr m, t;
        random_matrix(&m, below);
        assert_int_equal(csr_transpose(&t, &m, NULL), AISLE_OK);
        assert_int_equal(csr_check(&m, NULL), AISLE_OK);
        assert_int_equal(csr_check(&t, NULL), AISLE_OK);
        assert_int_equal(csr_entries(&t), csr_entries(&m));
        for (uint32_t row = 0; row < ROWS; row++)
            for (uint32_t column = 0; column < COLUMNS; column++)
                assert_true(value_at(&m, row, column) == value_at(&t, column, row));
        csr_fini(&m);
        csr_fini(&t);
    }
}

static void refuses_damage(void **state)
{
    (void)state;
    aisle_error err = AISLE_ERROR_INIT;
    csr m;
    random_matrix(&m, 5);
    m.column[3] = COLUMNS;
    assert_int_equal(csr_check(&m, &err), AISLE_ERROR_FORMAT);
    csr_fini(&m);
    random_matrix(&m, 5);
    m.column[1] = m.column[0];
    assert_int_equal(csr_check(&m, &err), AISLE_ERROR_FORMAT);
    csr_fini(&m);
    random_matrix(&m, 5);
    m.value[2] = NAN;
    assert_int_equal(csr_check(&m, &err), AISLE_ERROR_FORMAT);
    csr_fini(&m);
    random_matrix(&m, 5);
    m.offset[2] = m.offset[3] + 1;
    assert_int_equal(csr_check(&m, &err), AISLE_ERROR_FORMAT);
    assert_non_null(strstr(err.message, "offset"));
    csr_fini(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transposes),
        cmocka_unit_test(refuses_damage),
    };
    return cmocka_run_group_tests_name("csr", tests, NULL, NULL);
}
