/* data/transform/table.c - the table of transforms. */
#include "data/transform/transform.h"

static const gml_transform *const transforms[] = {
    &gml_transform_standard,    &gml_transform_robust, &gml_transform_minmax,  &gml_transform_quantile,
    &gml_transform_smooth_clip, &gml_transform_log,    &gml_transform_impute,  &gml_transform_one_hot,
    &gml_transform_code,        &gml_transform_encode, &gml_transform_ordinal, &gml_transform_date_parts};

const gml_entry *gml_transform_entry(size_t index)
{
    return index < sizeof transforms / sizeof *transforms ? &transforms[index]->entry : NULL;
}
