/* kernel/transform/target.c - maps of targets and outputs, entry by entry. */
#include "kernel/transform/target.h"

static double entry_of(const gml_matrix *m, size_t at)
{
    return m->dtype == GML_F64 ? ((const double *)m->data)[at] : (double)((const float *)m->data)[at];
}

static void set_entry(const gml_matrix *m, size_t at, double value)
{
    if (m->dtype == GML_F64) {
        ((double *)m->data)[at] = value;
    } else {
        ((float *)m->data)[at] = (float)value;
    }
}

static double learned(const gml_target_map *map, size_t j, double t)
{
    const double u = map->log ? gml_target_log(t) : t;
    return map->shift != NULL ? (u - map->shift[j]) / map->scale[j] : u;
}

/* The argument of the inverse of f. */
static double unscaled(const gml_target_map *map, size_t j, double u)
{
    return map->shift != NULL ? u * map->scale[j] + map->shift[j] : u;
}

static double inverse(const gml_target_map *map, double v)
{
    return map->log ? gml_target_exp(v) : v;
}

static double predicted(const gml_target_map *map, size_t j, double u)
{
    const double t = inverse(map, unscaled(map, j, u));
    return map->least == NULL ? t : t < map->least[j] ? map->least[j] : t > map->greatest[j] ? map->greatest[j] : t;
}

static double slope(const gml_target_map *map, size_t j, double u)
{
    const double v = unscaled(map, j, u), t = inverse(map, v);
    const bool beyond = map->least != NULL && (t < map->least[j] || t > map->greatest[j]);
    return beyond ? 0 : (map->log ? exp(fabs(v)) : 1) * (map->scale != NULL ? map->scale[j] : 1);
}

static void map_entries(const gml_target_map *map, gml_matrix from,
                        double (*function)(const gml_target_map *map, size_t j, double x), gml_matrix to)
{
    for (size_t i = 0; i < from.rows; i++) {
        for (size_t j = 0; j < from.cols; j++) {
            set_entry(&to, i * to.stride + j, function(map, j, entry_of(&from, i * from.stride + j)));
        }
    }
}

void gml_targets_learned(const gml_target_map *map, gml_matrix m)
{
    map_entries(map, m, learned, m);
}

void gml_targets_predicted(const gml_target_map *map, gml_matrix m)
{
    map_entries(map, m, predicted, m);
}

void gml_targets_slopes(const gml_target_map *map, gml_matrix m, gml_matrix slopes)
{
    map_entries(map, m, slope, slopes);
}
