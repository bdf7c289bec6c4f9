/* tests/library/operations_ensemble.c - operations of ensembles. */
#include "gemmule/ensemble.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "operations.h"

enum { MEMBERS = 2 };

static void make_members(stage *s, gml_network *members[MEMBERS])
{
    members[0] = make_network(s, "4 -> 5 relu -> 3 softmax", GML_F32);
    members[1] = make_network(s, "4 -> 3 softmax", GML_F32);
    for (size_t i = 0; i < MEMBERS; i++) {
        assert_ok(s->context, gml_network_set_fact(members[i], "loss", "softmax_cross_entropy"));
        assert_ok(s->context, gml_network_set_output_scaling(members[i], NULL, (double[]){1, 1, 1}));
    }
}

static gml_network *make_ensemble(stage *s)
{
    gml_network *members[MEMBERS], *made = NULL;
    make_members(s, members);
    assert_ok(s->context, gml_ensemble_create(members, MEMBERS, &made));
    return made;
}

static void note_ensemble(stage *s, const gml_network *ensemble)
{
    note_network(s, ensemble);
    for (size_t i = 0; i < gml_network_members(ensemble); i++) {
        note_network(s, gml_network_member(ensemble, i));
    }
}

static void create(stage *s)
{
    gml_network *members[MEMBERS], *made = NULL;
    make_members(s, members);
    ATTEMPT(s, members[0], gml_ensemble_create(members, MEMBERS, &made));
    note_ensemble(s, made);
    gml_network_destroy(made);
}

static void copy(stage *s)
{
    gml_network *ensemble = make_ensemble(s), *made = NULL;
    const bool folds = strcmp(s->variant, "fold an ensemble") == 0;
    ATTEMPT(s, ensemble, folds ? gml_network_fold(ensemble, &made) : gml_network_copy(ensemble, GML_F64, &made));
    note_ensemble(s, made);
    gml_network_destroy(made);
    gml_network_destroy(ensemble);
}

static void predict(stage *s)
{
    gml_network *ensemble = make_ensemble(s);
    float y[SAMPLES * CLASSES];
    ATTEMPT(s, ensemble, gml_network_predict(ensemble, sample_inputs(), gml_matrix_f32(y, SAMPLES, CLASSES)));
    note_bytes(s, y, sizeof y);
    gml_network_destroy(ensemble);
}

static void evaluate(stage *s)
{
    gml_network *ensemble = make_ensemble(s);
    gml_dataset *data = make_classes(s);
    gml_metrics metrics = {0};
    ATTEMPT(s, ensemble, gml_evaluate(ensemble, data, NULL, &metrics));
    note_bytes(s, &metrics.loss, sizeof metrics.loss);
    gml_dataset_destroy(data);
    gml_network_destroy(ensemble);
}

static void attribute(stage *s)
{
    gml_network *ensemble = make_ensemble(s);
    double parts[SAMPLES * INPUTS];
    ATTEMPT(s, ensemble, gml_attribute(ensemble, sample_inputs(), NULL, gml_matrix_f64(parts, SAMPLES, INPUTS), NULL));
    note_bytes(s, parts, sizeof parts);
    gml_network_destroy(ensemble);
}

static void jacobian(stage *s)
{
    gml_network *ensemble = make_ensemble(s);
    float all[SAMPLES * CLASSES * INPUTS];
    ATTEMPT(s, ensemble,
            gml_network_jacobian(ensemble, sample_inputs(), gml_matrix_f32(all, SAMPLES * CLASSES, INPUTS)));
    note_bytes(s, all, sizeof all);
    gml_network_destroy(ensemble);
}

static void fit(stage *s)
{
    gml_dataset *data = make_classes(s);
    gml_split *split = NULL;
    gml_network *made = NULL;
    const gml_recipe recipe = {.hidden = "3 relu", .fit = {.epochs = 2}};
    assert_ok(s->context, gml_split_create(data, &(gml_split_options){.folds = 2}, &split));
    const gml_ensemble_options by = {.split = strcmp(s->variant, "folds") == 0 ? split : NULL};
    ATTEMPT(s, NULL, gml_ensemble_fit(&recipe, data, NULL, &by, &made, NULL));
    note_ensemble(s, made);
    gml_network_destroy(made);
    gml_split_destroy(split);
    gml_dataset_destroy(data);
}

static void predict_dataset(stage *s)
{
    gml_network *ensemble = make_ensemble(s);
    gml_dataset *data = make_classes(s), *train = NULL, *part = NULL;
    gml_split *split = NULL;
    float y[SAMPLES * CLASSES];
    assert_ok(s->context, gml_split_create(data, &(gml_split_options){.folds = 2}, &split));
    assert_ok(s->context, gml_split_fold(split, 0, 0, &train, &part));
    const size_t size = gml_dataset_size(part);
    ATTEMPT(s, ensemble, gml_network_predict_dataset(ensemble, part, gml_matrix_f32(y, size, CLASSES)));
    note_bytes(s, y, size * CLASSES * sizeof *y);
    gml_dataset_destroy(train);
    gml_dataset_destroy(part);
    gml_split_destroy(split);
    gml_dataset_destroy(data);
    gml_network_destroy(ensemble);
}

static void save(stage *s)
{
    gml_network *ensemble = make_ensemble(s);
    size_t size;
    ATTEMPT(s, ensemble, gml_model_save(ensemble, in_folder("ensemble")));
    char *file = get_file(in_folder("ensemble"), &size);
    note_bytes(s, file, size);
    free(file);
    gml_network_destroy(ensemble);
}

static void load(stage *s)
{
    gml_network *ensemble = make_ensemble(s), *loaded = NULL;
    assert_ok(s->context, gml_model_save(ensemble, in_folder("ensemble")));
    ATTEMPT(s, NULL, gml_model_load(s->context, in_folder("ensemble"), &loaded));
    note_ensemble(s, loaded);
    gml_network_destroy(loaded);
    gml_network_destroy(ensemble);
}

const operation ensemble_operations[] = {
    {"gml_ensemble_create", NULL, create},
    {"gml_network_copy", "copy an ensemble", copy},
    {"gml_network_fold", "fold an ensemble", copy},
    {"gml_network_predict", "ensemble", predict},
    {"gml_evaluate", "ensemble", evaluate},
    {"gml_attribute", "ensemble", attribute},
    {"gml_network_jacobian", "ensemble", jacobian},
    {"gml_ensemble_fit", "seeds", fit},
    {"gml_ensemble_fit", "folds", fit},
    {"gml_network_predict_dataset", NULL, predict_dataset},
    {"gml_model_save", "ensemble", save},
    {"gml_model_load", "ensemble", load},
    {NULL},
};
