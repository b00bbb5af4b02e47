#include "model/promotion_file.h"

#include <string.h>

#include "base/fail.h"
#include "model/history_file.h"

static uint64_t count_rows(const history *h)
{
    return ((uint64_t)h->promotions.before + h->promotions.ahead) * h->n_items;
}

aisle_status promotions_to_sections(sections *s, promotion_meta *meta, const history *h,
                                    aisle_error *err)
{
    aisle_status status = AISLE_OK;
    const promotion_view *v = &h->promotions;
    if (!v->offset)
        return AISLE_OK;
    uint64_t rows = count_rows(h);
    *meta = (promotion_meta){v->before, v->ahead, v->by_store, 0};
    TRY(sections_add(s, "promotions.meta", meta, sizeof *meta, true, err));
    TRY(sections_add(s, "promotions.offset", v->offset, (rows + 1) * sizeof *v->offset, true, err));
    TRY(sections_add(s, "promotions.place", v->place, v->offset[rows] * sizeof *v->place, true,
                     err));
    TRY(sections_add(s, "promotions.line", h->line_promotion, h->lines, true, err));
done:
    return status;
}

aisle_status promotions_from_sections(history *h, sections *s, const char *name, aisle_error *err)
{
    aisle_status status = AISLE_OK;
    promotion_view *v = &h->promotions;
    promotion_meta meta;
    void *bytes = NULL;
    if (!sections_find(s, "promotions.meta"))
        return AISLE_OK;
    TRY(section_bind(&bytes, s, "promotions.meta", sizeof meta, 1, name, err));
    memcpy(&meta, bytes, sizeof meta);
    if (meta.before != PROMOTION_WEEKS_BEFORE || meta.ahead < 0 ||
        meta.ahead > PROMOTION_WEEKS_BEYOND + 1 || meta.by_store < 0 || meta.by_store > 1 ||
        meta.reserved != 0)
        TRY(fail_at(err, AISLE_ERROR_FORMAT, name, 0, 0,
                    "'%s' is damaged, or newer than this program: section 'promotions.meta'",
                    name));
    v->before = (uint32_t)meta.before;
    v->ahead = (uint32_t)meta.ahead;
    v->by_store = meta.by_store;
    uint64_t rows = count_rows(h);
    TRY(section_bind((void **)&v->offset, s, "promotions.offset", sizeof *v->offset, rows + 1, name,
                     err));
    TRY(section_bind((void **)&v->place, s, "promotions.place", sizeof *v->place, v->offset[rows],
                     name, err));
    TRY(section_bind((void **)&h->line_promotion, s, "promotions.line", 1, h->lines, name, err));
done:
    return status;
}
