#include "naive.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

double naive_own_decay(const shop_line *lines, size_t n, int32_t as_of, double decay, int64_t user,
                       int64_t item)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        if (lines[i].user == user && lines[i].item == item && lines[i].day < as_of)
            sum += pow(decay, (as_of - lines[i].day) / 7.0);
    return sum;
}

double naive_popular(const shop_line *lines, size_t n, int32_t as_of, int weeks, int by,
                     int64_t item)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t day = lines[i].day;
        if (lines[i].item != item || day >= as_of || (weeks && day < as_of - 7 * weeks))
            continue;
        int seen = 0;
        for (size_t j = 0; j < i; j++)
            seen |= lines[j].item == item && lines[j].user == lines[i].user &&
                    lines[j].day < as_of && (!weeks || lines[j].day >= as_of - 7 * weeks);
        if (by == POPULAR_QUANTITY)
            sum += lines[i].quantity;
        else if (by == POPULAR_LINES || !seen)
            sum += 1;
    }
    return sum;
}

/* Households with a line of the window, of the item (-1: any), of the group (if given). */
static double buyers(const shop_line *lines, size_t n, const naive_group *group, int64_t item,
                     const bool *in_group)
{
    double sum = 0;
    for (int64_t user = 0; user < 1000; user++) {
        bool bought = false;
        for (size_t l = 0; l < n; l++)
            bought |= lines[l].user == user && (item < 0 || lines[l].item == item) &&
                      lines[l].day >= group->from && lines[l].day < group->as_of &&
                      (!in_group || in_group[l]);
        sum += bought;
    }
    return sum;
}

double naive_grouped(const shop_line *lines, size_t n, const naive_group *group, int64_t item)
{
    double all = buyers(lines, n, group, -1, NULL);
    double share = all > 0 ? buyers(lines, n, group, item, NULL) / all : 0;
    double here = group->in_group ? buyers(lines, n, group, -1, group->in_group) : 0;
    if (here == 0)
        return share;
    return (buyers(lines, n, group, item, group->in_group) + group->prior * share) /
           (here + group->prior);
}

static double confidence(const csr *c, uint32_t r, uint32_t column, int *bought)
{
    *bought = 0;
    for (uint64_t e = c->offset[r]; e < c->offset[r + 1]; e++) {
        if (c->column[e] == column) {
            *bought = c->value[e] > 0;
            return fabs((double)c->value[e]);
        }
    }
    return 1;
}

/* Solves a x = b in place of b, a symmetric positive definite, n × n. */
static void solve_cholesky(double *a, double *b, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        for (size_t k = 0; k < j; k++)
            a[j * n + j] -= a[j * n + k] * a[j * n + k];
        a[j * n + j] = sqrt(a[j * n + j]);
        for (size_t i = j + 1; i < n; i++) {
            for (size_t k = 0; k < j; k++)
                a[i * n + j] -= a[i * n + k] * a[j * n + k];
            a[i * n + j] /= a[j * n + j];
        }
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            b[i] -= a[i * n + k] * b[k];
        b[i] /= a[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            b[i] -= a[k * n + i] * b[k];
        b[i] /= a[i * n + i];
    }
}

void naive_als_row(double *x, const csr *c, uint32_t r, const float *y, size_t factors,
                   size_t stride, double regularisation)
{
    double *a = NEW_ZEROED(double, factors *factors);
    for (size_t f = 0; f < factors; f++) {
        a[f * factors + f] = regularisation;
        x[f] = 0;
    }
    for (uint32_t i = 0; i < c->columns; i++) {
        int bought;
        double w = confidence(c, r, i, &bought);
        for (size_t f = 0; f < factors; f++) {
            double yf = (double)y[i * stride + f];
            x[f] += bought ? w * yf : 0;
            for (size_t g = 0; g < factors; g++)
                a[f * factors + g] += w * yf * (double)y[i * stride + g];
        }
    }
    solve_cholesky(a, x, factors);
    mem_free(a);
}

double naive_als_loss(const csr *c, const float *x, const float *y, size_t factors, size_t stride,
                      double regularisation)
{
    double loss = 0;
    for (uint32_t u = 0; u < c->rows; u++) {
        for (uint32_t i = 0; i < c->columns; i++) {
            int bought;
            double w = confidence(c, u, i, &bought), score = 0;
            for (size_t f = 0; f < factors; f++)
                score += (double)x[u * stride + f] * (double)y[i * stride + f];
            loss += w * (bought - score) * (bought - score);
        }
    }
    for (size_t i = 0; i < c->rows * stride; i++)
        loss += regularisation * (double)x[i] * (double)x[i];
    for (size_t i = 0; i < c->columns * stride; i++)
        loss += regularisation * (double)y[i] * (double)y[i];
    return loss;
}

/* In place, with the pivots of the diagonal. */
static void invert(double *a, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        double pivot = a[k * n + k];
        a[k * n + k] = 1;
        for (size_t j = 0; j < n; j++)
            a[k * n + j] /= pivot;
        for (size_t i = 0; i < n; i++) {
            double factor = a[i * n + k];
            if (i == k)
                continue;
            a[i * n + k] = 0;
            for (size_t j = 0; j < n; j++)
                a[i * n + j] -= factor * a[k * n + j];
        }
    }
}

void naive_ease(double *b, const double *x, size_t users, size_t n, double regularisation)
{
    double *p = NEW_ZEROED(double, n *n);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            for (size_t u = 0; u < users; u++)
                p[i * n + j] += x[u * n + i] * x[u * n + j];
        p[i * n + i] += regularisation;
    }
    invert(p, n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            b[i * n + j] = i == j ? 0 : -p[i * n + j] / p[j * n + j];
    mem_free(p);
}
