/* Level 3: training steps on our own batches, for data that arrives one batch at a time: from a simulation, a sensor, a
 * game. The program has the loop; the library computes forward pass, loss, backward pass and update. */
#include <gemmule/gemmule.h>
#include <stdint.h>
#include <stdio.h>

enum { BATCH = 64 };

/* A small random number generator of the program: uniform in [-1, 1). */
static float draw(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (float)(*state >> 40) / 8388608.0f - 1.0f;
}

/* Makes a new batch: points of the plane, and 1 if they are inside a circle. */
static void next_batch(uint64_t *state, float x[BATCH][2], uint8_t inside[BATCH])
{
    for (int i = 0; i < BATCH; i++) {
        x[i][0] = draw(state);
        x[i][1] = draw(state);
        inside[i] = x[i][0] * x[i][0] + x[i][1] * x[i][1] < 0.5f;
    }
}

int main(void)
{
    gml_context *context = NULL;
    gml_network *network = NULL;
    gml_trainer *trainer = NULL;
    gml_train_options options = {.optimizer = "adam", .learning_rate = 0.01, .batch = BATCH};
    float x[BATCH][2], p[BATCH][2];
    uint8_t inside[BATCH];
    uint64_t state = 1;
    double loss = 0;
    int right = 0;

    gml_status status = gml_context_create(NULL, &context, NULL, 0);
    if (status == GML_OK) {
        status = gml_network_create(context, "2 -> 16 relu -> 16 relu -> 2 softmax", NULL, &network);
    }
    if (status == GML_OK) {
        status = gml_trainer_create(network, &options, &trainer);
    }
    for (int step = 1; step <= 1000 && status == GML_OK; step++) {
        if (step == 751) { /* the program lowers the learning rate */
            status = gml_trainer_set_learning_rate(trainer, 0.001);
        }
        next_batch(&state, x, inside);
        if (status == GML_OK) {
            status = gml_trainer_step(trainer, gml_matrix_f32(x[0], BATCH, 2), gml_matrix_u8(inside, BATCH, 1), &loss);
        }
        if (status == GML_OK && step % 250 == 0) {
            printf("step %4d, loss %.4f\n", step, loss);
        }
    }
    gml_trainer_destroy(trainer);

    next_batch(&state, x, inside); /* new points */
    if (status == GML_OK) {
        status = gml_network_predict(network, gml_matrix_f32(x[0], BATCH, 2), gml_matrix_f32(p[0], BATCH, 2));
    }
    for (int i = 0; i < BATCH && status == GML_OK; i++) {
        right += (p[i][1] > p[i][0]) == (inside[i] == 1);
    }
    printf("%d of %d new points are right\n", right, BATCH);
    if (status != GML_OK) {
        fprintf(stderr, "%s\n", context ? gml_context_message(context) : gml_status_name(status));
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
    return status != GML_OK || right < BATCH * 9 / 10;
}
