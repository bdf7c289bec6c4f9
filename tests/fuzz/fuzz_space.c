/* tests/fuzz/fuzz_space.c - spaces of a search such as "lr=log(1e-4, 0.3); hidden=choice(64, 256x2)".
 *
 * The first byte is the seed, the rest the text. A space that is read has values drawn from it and points of its grid;
 * each is an assignment, which reads as a space and goes into a recipe, unless its values do not go together. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "tune/space.h"

static const gml_status documented[] = {GML_ERROR_ARGUMENT, GML_ERROR_NAME};

static const gml_data_facts facts = {.task = GML_TASK_CLASSIFICATION, .samples = 100, .judged = 20};

static gml_space space, again;
static gml_assigned_recipe assigned;

/* Checks an assignment that was made from `space`. */
static void check_assignment(const char *assignment)
{
    fuzz_ok(gml_space_parse(fuzz_context(), "assignment", assignment, &facts, &again));
    fuzz_check(again.count == space.count, "an assignment has a value for each dimension");
    for (size_t i = 0; i < again.count; i++) {
        fuzz_check(again.items[i].numbers == NULL && again.items[i].choice_count == 1, "a value is one value");
    }
    static const float inputs[100], classes[100] = {0, 1};
    gml_dataset *dataset = NULL;
    fuzz_ok(gml_dataset_from_matrices(fuzz_context(), gml_matrix_f32((float *)inputs, 100, 1),
                                      gml_matrix_f32((float *)classes, 100, 1), GML_TASK_CLASSIFICATION, &dataset));
    if (fuzz_status(gml_recipe_assign(fuzz_context(), NULL, assignment, dataset, &assigned), documented, 2)) {
        fuzz_check(assigned.recipe.fit.epochs > 0 && assigned.recipe.fit.batch > 0, "batch and epochs are settled");
    }
    gml_dataset_destroy(dataset);
}

static void check_space(uint64_t seed)
{
    char assignment[GML_ASSIGNMENT_SIZE];
    const size_t size = gml_space_grid_size(&space, 3);
    fuzz_check(size > 0, "a grid has a point");
    for (size_t number = 1; number <= 3; number++) {
        if (fuzz_status(gml_space_draw(fuzz_context(), &space, seed, number, assignment), documented, 1)) {
            check_assignment(assignment);
        }
    }
    if (fuzz_status(gml_space_grid_point(fuzz_context(), &space, 3, size - 1, assignment), documented, 1)) {
        check_assignment(assignment);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    char *text = malloc(size);
    fuzz_check(text != NULL, "the fuzzer has memory");
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    fuzz_begin((size_t)1 << 18);
    if (fuzz_status(gml_space_parse(fuzz_context(), "space", text, &facts, &space), documented, 2)) {
        check_space(data[0]);
    }
    fuzz_end();
    free(text);
    return 0;
}
