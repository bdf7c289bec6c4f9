/* tests/step/muon_case.h - steps over the fixture's samples, and entries of blocks as double. */
#ifndef GML_TESTS_MUON_CASE_H
#define GML_TESTS_MUON_CASE_H
#include "fixture.h"

enum { ROWS = 48 };

static inline void step_once(const fixture *f, gml_trainer *trainer, size_t rows)
{
    assert_ok(f->context, gml_trainer_step(trainer, gml_matrix_f64(f->x, rows, f->inputs),
                                           gml_matrix_f64(f->y, rows, f->outputs), NULL));
}

static inline double entry(const gml_matrix *m, size_t index)
{
    return m->dtype == GML_F64 ? ((const double *)m->data)[index] : (double)((const float *)m->data)[index];
}

#endif
