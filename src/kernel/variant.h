/* kernel/variant.h - what the files of one variant of the kernels show each other; table.c gathers it. */
#ifndef GML_KERNEL_VARIANT_H
#define GML_KERNEL_VARIANT_H

#include "kernel/real.h"

extern const gml_kernels GML_VARIANT(gml_kernels);

extern const gml_activation_kernel GML_VARIANT(gml_activations)[];
extern const gml_activation_kernel GML_VARIANT(gml_trainables)[];
extern const gml_activation_kernel GML_VARIANT(gml_custom_activation);
extern const gml_loss_kernel GML_VARIANT(gml_losses)[];
extern const gml_loss_kernel GML_VARIANT(gml_custom_loss);
extern const gml_optimizer_kernel GML_VARIANT(gml_optimizers)[];
extern const gml_optimizer_kernel GML_VARIANT(gml_custom_optimizer);

/* cross_entropy.c, loss_binary.c, loss_cosine.c: rows of gml_losses. */
double GML_VARIANT(gml_softmax_cross_entropy)(const gml_loss_call *call);
double GML_VARIANT(gml_kl_divergence)(const gml_loss_call *call);
double GML_VARIANT(gml_binary_cross_entropy)(const gml_loss_call *call);
double GML_VARIANT(gml_focal)(const gml_loss_call *call);
double GML_VARIANT(gml_hinge)(const gml_loss_call *call);
double GML_VARIANT(gml_squared_hinge)(const gml_loss_call *call);
double GML_VARIANT(gml_poisson)(const gml_loss_call *call);
double GML_VARIANT(gml_gamma)(const gml_loss_call *call);
double GML_VARIANT(gml_tweedie)(const gml_loss_call *call);
double GML_VARIANT(gml_gaussian_nll)(const gml_loss_call *call);
double GML_VARIANT(gml_cosine)(const gml_loss_call *call);

/* data.c */
void GML_VARIANT(gml_gather)(const gml_gather_call *call);
void GML_VARIANT(gml_one_hot)(size_t rows, size_t classes, const void *numbers, void *out);

/* permutation_fill.c */
void GML_VARIANT(gml_fill_permutation)(const struct gml_permutation *permutation, size_t first, size_t count,
                                       size_t *out);

/* random_fill.c */
void GML_VARIANT(gml_fill_uniform)(const gml_fill_call *call);
void GML_VARIANT(gml_fill_normal)(const gml_fill_call *call);
void GML_VARIANT(gml_dropout)(const gml_dropout_call *call);
void GML_VARIANT(gml_add_noise)(const gml_noise_call *call);

/* norm.c */
void GML_VARIANT(gml_row_norm)(const gml_norm_call *call);
void GML_VARIANT(gml_row_norm_sums)(const gml_norm_call *call);
void GML_VARIANT(gml_row_norm_backward)(const gml_norm_call *call);
void GML_VARIANT(gml_column_norm)(const gml_norm_call *call);
void GML_VARIANT(gml_column_norm_sums)(const gml_norm_call *call);
void GML_VARIANT(gml_column_norm_backward)(const gml_norm_call *call);
void GML_VARIANT(gml_column_moments)(size_t rows, size_t cols, const void *x, size_t stride, double *moments);
void GML_VARIANT(gml_join_moments)(const gml_moments_call *call);
void GML_VARIANT(gml_drift)(size_t count, double share, double factor, const void *fresh, void *old);

void GML_VARIANT(gml_fill_truncated)(const gml_fill_call *call);

/* orthonormal.c */
void GML_VARIANT(gml_orthonormalize)(size_t rows, size_t cols, void *m);
void GML_VARIANT(gml_lengthen_columns)(size_t rows, size_t cols, double length, void *m);

/* terms.c */
bool GML_VARIANT(gml_find_terms)(const struct gml_gemm *call, struct gml_terms *terms);

/* product_nonzero.c: computes the first columns of C as gml_product does; how many: 0 where it is not worth it. */
size_t GML_VARIANT(gml_product_nonzero)(const struct gml_gemm *call, const real *bias);

/* product.c */
void GML_VARIANT(gml_product)(const struct gml_gemm *call, const void *bias);

/* pair.c */
void GML_VARIANT(gml_add)(const gml_pair_call *call);
void GML_VARIANT(gml_multiply)(const gml_pair_call *call);

/* columns.c */
void GML_VARIANT(gml_sum_rows)(size_t rows, size_t cols, const void *m, void *out);
void GML_VARIANT(gml_scale_columns)(size_t rows, size_t cols, size_t stride, const double *scale, void *m);
void GML_VARIANT(gml_affine_columns)(size_t rows, size_t cols, size_t stride, const double *scale, const double *shift,
                                     void *m);

/* regularize.c */
void GML_VARIANT(gml_shrink)(size_t count, double by, void *values);
void GML_VARIANT(gml_limit_columns)(size_t rows, size_t cols, size_t stride, double most, void *m);

/* directions.c */
void GML_VARIANT(gml_column_lengths)(size_t rows, size_t cols, size_t stride, const void *m, bool squared, void *out);
void GML_VARIANT(gml_project_columns)(size_t rows, size_t cols, size_t stride, const void *m, size_t g_stride, void *g);

/* vector.c */
double GML_VARIANT(gml_dot)(size_t count, const void *a, const void *b);
void GML_VARIANT(gml_combine)(size_t count, double a, const void *x, double b, void *y);

/* transpose.c */
void GML_VARIANT(gml_transpose)(size_t rows, size_t cols, size_t stride, const void *m, size_t out_stride, void *out);

/* measure.c */
double GML_VARIANT(gml_sum_of_squares)(size_t count, const void *values);
size_t GML_VARIANT(gml_first_bad_class)(size_t rows, size_t classes, const void *numbers);
size_t GML_VARIANT(gml_first_nonfinite)(size_t count, const void *values);
void GML_VARIANT(gml_fill_unknown)(size_t rows, size_t cols, size_t from_stride, const void *from, void *values);
size_t GML_VARIANT(gml_first_outside)(gml_domain domain, size_t count, const void *values);
size_t GML_VARIANT(gml_first_bad_sum)(size_t rows, size_t cols, const void *values, double *found);
size_t GML_VARIANT(gml_count_correct)(size_t rows, size_t cols, size_t stride, const void *outputs, const void *targets,
                                      size_t target_cols, double threshold);
double GML_VARIANT(gml_sum_squared_error)(size_t rows, size_t cols, size_t stride, const void *outputs,
                                          const void *targets, const double *unit);

#endif
