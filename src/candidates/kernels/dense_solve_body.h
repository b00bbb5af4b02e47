/* candidates/kernels/dense_solve_body.h: the part of dense_body.h that solves systems of sparse
 * rows. */

/* ---- Conjugate gradient ---- */

/* q += sum_j (b_j + a_j z_jᵀp) z_j over n rows end to end, n a multiple of 8; b NULL: zeros. */
INLINE void add_rows(float *q, const float *p, const float *z, const float *a, const float *b,
                     size_t n, size_t stride)
{
    size_t vectors = stride / LANES;
    for (size_t j = 0; j < n; j += 8, z += 8 * stride) {
        vec sum[8];
        float c[8];
        memset(sum, 0, sizeof sum);
        for (size_t v = 0; v < vectors; v++) {
            vec y = *peek(p, v);
            for (int i = 0; i < 8; i++)
                sum[i] += *peek(z + i * stride, v) * y;
        }
        sum8(c, sum);
        for (int i = 0; i < 8; i++)
            c[i] = a[j + i] * c[i] + (b ? b[j + i] : 0.0f);
        for (size_t v = 0; v < vectors; v++) {
            vec y = *peek(q, v), t = {0};
            for (int i = 0; i < 4; i++) {
                y += c[i] * *peek(z + i * stride, v);
                t += c[i + 4] * *peek(z + (i + 4) * stride, v);
            }
            *at(q, v) = y + t;
        }
    }
}

/* Copies rows [from, from + m) of the system together, padded to a multiple of 8 with zeros,
 * with a = |c| - 1 and b = max(c, 0); returns the padded m. */
INLINE size_t gather(float *rows, float *a, float *b, const dense_system *s, size_t from, size_t m)
{
    size_t vectors = s->stride / LANES, padded = (m + 7) / 8 * 8;
    for (size_t j = 0; j < m; j++) {
        float c = s->c[from + j];
        const float *z = s->z + s->column[from + j] * s->stride;
        if (from + j + 12 < s->n) {
            const float *next = s->z + s->column[from + j + 12] * s->stride;
            for (size_t v = 0; v < s->stride; v += 16)
                __builtin_prefetch(next + v);
        }
        for (size_t v = 0; v < vectors; v++)
            *at(rows + j * s->stride, v) = *peek(z, v);
        a[j] = (c < 0 ? -c : c) - 1;
        b[j] = c > 0 ? c : 0;
    }
    for (size_t j = m; j < padded; j++) {
        memset(rows + j * s->stride, 0, s->stride * sizeof *rows);
        a[j] = b[j] = 0;
    }
    return padded;
}

/* What a solve works in, laid out in the system's scratch. */
typedef struct work {
    float *rows, *a, *b; /* gathered */
    float *r, *p, *q;
    size_t padded; /* rows gathered, when all fit at once; else 0 */
} work;

/* q = p + shift E p */
INLINE void apply_diagonal(float *q, const float *p, const dense_system *s)
{
    size_t vectors = s->stride / LANES;
    memcpy(q, p, s->stride * sizeof *q);
    for (size_t k = 0; s->extra && k < s->stride; k++) {
        float scale = s->shift * p[k];
        for (size_t v = 0; v < vectors; v++)
            *at(q, v) += scale * *peek(s->extra + k * s->stride, v);
    }
}

/* q = (D + Z A Zᵀ) p; with `residual`, q = Z b − (D + Z A Zᵀ) p. */
INLINE void apply(float *q, const float *p, work *w, const dense_system *s, int residual)
{
    apply_diagonal(q, p, s);
    for (size_t v = 0; residual && v < s->stride / LANES; v++)
        *at(q, v) = -*peek(q, v);
    for (size_t from = 0; from < s->n; from += DENSE_GATHER) {
        size_t m = s->n - from < DENSE_GATHER ? s->n - from : DENSE_GATHER;
        size_t padded = w->padded;
        if (padded == 0) {
            padded = gather(w->rows, w->a, w->b, s, from, m);
            if (m == s->n)
                w->padded = padded;
        }
        if (residual) {
            for (size_t j = 0; j < padded; j++)
                w->a[j] = -w->a[j];
            add_rows(q, p, w->rows, w->a, w->b, padded, s->stride);
            for (size_t j = 0; j < padded; j++)
                w->a[j] = -w->a[j];
        } else {
            add_rows(q, p, w->rows, w->a, NULL, padded, s->stride);
        }
    }
}

/* One pair has a closed form (Sherman and Morrison 1950): w = b z / (1 + a zᵀz). */
INLINE void solve_single(float *w, const dense_system *s)
{
    const float *z = s->z + s->column[0] * s->stride;
    float c = s->c[0], a = (c < 0 ? -c : c) - 1, b = c > 0 ? c : 0;
    float curvature = 1 + a * dot(z, z, s->stride);
    /* above 0 but for rounding, as a >= −1 and zᵀz < 1 where a < 0 */
    float scale = b / (curvature > 1e-6f ? curvature : 1e-6f);
    for (size_t v = 0; v < s->stride / LANES; v++)
        *at(w, v) = scale * *peek(z, v);
}

/* Conjugate gradient (Hestenes and Stiefel 1952) as Takács, Pilászy and Tikk 2011 use it, a few
 * warm-started steps: r = b − Aw; α = rᵀr / pᵀAp; w += αp; r −= αAp; p = r + (r'ᵀr' / rᵀr) p. */
static void solve(float *x, const dense_system *s)
{
    if (s->n == 1 && !s->extra) {
        solve_single(x, s);
        return;
    }
    size_t stride = s->stride, vectors = stride / LANES;
    float *rows = s->scratch, *r = rows + DENSE_GATHER * stride;
    work w = {rows, r + 3 * stride, r + 3 * stride + DENSE_GATHER, r, r + stride, r + 2 * stride,
              0};
    apply(r, x, &w, s, 1);
    memcpy(w.p, r, stride * sizeof *r);
    float rr = dot(r, r, stride);
    for (int step = 0; step < s->steps && rr > 1e-20f; step++) {
        apply(w.q, w.p, &w, s, 0);
        float curvature = dot(w.p, w.q, stride);
        if (!(curvature > 0))
            return;
        float alpha = rr / curvature;
        for (size_t v = 0; v < vectors; v++) {
            *at(x, v) += alpha * *peek(w.p, v);
            *at(r, v) -= alpha * *peek(w.q, v);
        }
        float next = dot(r, r, stride), beta = next / rr;
        for (size_t v = 0; v < vectors; v++)
            *at(w.p, v) = *peek(r, v) + beta * *peek(w.p, v);
        rr = next;
    }
}

/* ---- Exact, by Cholesky's decomposition ---- */

/* m becomes U with m = Uᵀ U, in the upper triangle; columns j >= i / 16 * 16 of row i are kept. */
INLINE void decompose(float *m, size_t n, size_t stride)
{
    float least[DENSE_FACTORS]; /* below it a pivot is what rounding left */
    for (size_t k = 0; k < n; k++)
        least[k] = 1e-6f * m[k * stride + k];
    for (size_t k = 0; k < n; k++) {
        float *row = m + k * stride, pivot = row[k];
        float scale = 1 / __builtin_sqrtf(pivot > least[k] ? pivot : least[k]);
        for (size_t v = k / LANES; v < stride / LANES; v++)
            *at(row, v) *= scale;
        row[k] = 1 / scale;
        for (size_t i = k + 1; i < n; i++) {
            float f = row[i];
            for (size_t v = i / LANES; v < stride / LANES; v++)
                *at(m + i * stride, v) -= f * *peek(row, v);
        }
    }
}

/* b becomes the solution of Uᵀ U x = b, n unknowns. */
INLINE void substitute(float *b, const float *u, size_t n, size_t stride)
{
    for (size_t k = 0; k < n; k++) {
        b[k] /= u[k * stride + k];
        for (size_t j = k + 1; j < n; j++)
            b[j] -= b[k] * u[k * stride + j];
    }
    for (size_t k = n; k-- > 0;) {
        float sum = b[k];
        for (size_t j = k + 1; j < n; j++)
            sum -= u[k * stride + j] * b[j];
        b[k] = sum / u[k * stride + k];
    }
}

/* m = D and b = 0, then the rows: m += Z A Zᵀ, b += Z b. */
static void solve_exact(float *x, const dense_system *s)
{
    size_t stride = s->stride;
    float *rows = s->scratch, *m = dense_scratch_matrix(s->scratch, stride);
    float *a = rows + (DENSE_GATHER + 3) * stride, *b = a + DENSE_GATHER;
    memset(x, 0, stride * sizeof *x);
    for (size_t i = 0; i < stride; i++) {
        for (size_t j = 0; j < stride; j++)
            m[i * stride + j] = s->extra ? s->shift * s->extra[i * stride + j] : 0;
        m[i * stride + i] += 1;
    }
    for (size_t from = 0; from < s->n; from += DENSE_GATHER) {
        size_t n = s->n - from < DENSE_GATHER ? s->n - from : DENSE_GATHER;
        gather(rows, a, b, s, from, n);
        for (size_t i = 0; i < stride; i += TILE)
            for (size_t j = i / 16 * 16; j < stride; j += 16)
                gram_tile(m, rows, a, n, stride, i, j);
        for (size_t r = 0; r < n; r++)
            for (size_t v = 0; v < stride / LANES; v++)
                *at(x, v) += b[r] * *peek(rows + r * stride, v);
    }
    decompose(m, stride, stride);
    substitute(x, m, stride, stride);
}

/* ---- Blocks of factors in turn (Rendle, Krichene, Zhang and Koren 2021, iALS++) ---- */

enum { SIDE = 16 };

/* h: [16][16] and g: [16], the matrix and the gradient of factors [f, f + 16) from n rows. */
INLINE void add_block(float *h, float *g, const float *x, size_t f, const work *w, size_t n,
                      size_t stride)
{
    for (size_t r = 0; r < n; r++) {
        const float *z = w->rows + r * stride;
        float missed = w->b[r] - w->a[r] * dot(z, x, stride);
        for (size_t v = 0; v < SIDE / LANES; v++)
            *at(g, v) += missed * *peek(z + f, v);
        for (size_t i = 0; i < SIDE; i++) {
            float scale = w->a[r] * z[f + i];
            for (size_t v = 0; v < SIDE / LANES; v++)
                *at(h + i * SIDE, v) += scale * *peek(z + f, v);
        }
    }
}

static void solve_block(float *x, const dense_system *s, work *w, size_t f)
{
    float h[SIDE * SIDE], g[SIDE], *q = w->q;
    apply_diagonal(q, x, s);
    for (size_t i = 0; i < SIDE; i++) {
        g[i] = -q[f + i];
        for (size_t j = 0; j < SIDE; j++)
            h[i * SIDE + j] = (s->extra ? s->shift * s->extra[(f + i) * s->stride + f + j] : 0) +
                              (i == j ? 1 : 0);
    }
    for (size_t from = 0; from < s->n; from += DENSE_GATHER) {
        size_t n = s->n - from < DENSE_GATHER ? s->n - from : DENSE_GATHER;
        if (w->padded == 0 || s->n > DENSE_GATHER)
            w->padded = gather(w->rows, w->a, w->b, s, from, n);
        add_block(h, g, x, f, w, n, s->stride);
    }
    decompose(h, SIDE, SIDE);
    substitute(g, h, SIDE, SIDE);
    for (size_t i = 0; i < SIDE; i++)
        x[f + i] += g[i];
}

static void solve_blocks(float *x, const dense_system *s)
{
    size_t stride = s->stride;
    float *rows = s->scratch, *r = rows + DENSE_GATHER * stride;
    work w = {rows, r + 3 * stride, r + 3 * stride + DENSE_GATHER, r, r + stride, r + 2 * stride,
              0};
    for (int step = 0; step < s->steps; step++)
        for (size_t f = 0; f < stride; f += SIDE)
            solve_block(x, s, &w, f);
}
