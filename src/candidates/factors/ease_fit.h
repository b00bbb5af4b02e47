/* candidates/factors/ease_fit.h: EASE in closed form (Steck 2019, Embarrassingly Shallow
 * Autoencoders). */
#ifndef CANDIDATES_FACTORS_EASE_FIT_H
#define CANDIDATES_FACTORS_EASE_FIT_H

#include "base/csr.h"
#include "candidates/retriever.h"

/* What a user's pairs weigh: sum over the lines of decay^((T − day) / 7), as it is, the term of the
 * latest line alone (binary), or log(1 + sum). column, weight: [pairs of the user], by place in the
 * catalogue, ascending; what is not in the catalogue or weighs 0 is left out. Returns how many. */
size_t ease_weights(uint32_t *column, float *weight, const list_context *context,
                    const households *h, uint32_t user);

/* B, which minimises |X − X B|² + λ |B|² with a zero diagonal: with P = (XᵀX + λI)⁻¹,
 * B_ij = −P_ij / P_jj off the diagonal. b: [items][stride], zeros beyond the items. */
aisle_status ease_solve(float *b, size_t stride, const csr *x, double regularisation, int threads,
                        aisle_error *err);

#endif
