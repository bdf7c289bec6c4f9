/* Level 5: prediction into our own memory, by several threads that share one network. Nothing is allocated, and every
 * thread gets the same bits. */
#include <gemmule/gemmule.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { THREADS = 4, N = 500, INPUTS = 8, OUTPUTS = 3, ROUNDS = 20 };

typedef struct job {
    const gml_network *network;
    const float (*x)[INPUTS];
    float y[N][OUTPUTS]; /* this thread's predictions */
    gml_status status;
} job;

static void *ask(void *argument)
{
    job *mine = argument;
    for (int round = 0; round < ROUNDS && mine->status == GML_OK; round++) {
        mine->status = gml_network_predict(mine->network, gml_matrix_f32(mine->x[0], N, INPUTS),
                                           gml_matrix_f32(mine->y[0], N, OUTPUTS));
    }
    return NULL;
}

int main(void)
{
    static float x[N][INPUTS];
    static job jobs[THREADS];
    for (int i = 0; i < N * INPUTS; i++) {
        x[i / INPUTS][i % INPUTS] = sinf((float)i);
    }

    gml_context *context = NULL;
    gml_network *network = NULL;
    gml_status status = gml_context_create(NULL, &context, NULL, 0);
    if (status == GML_OK) {
        status = gml_network_create(context, "8 -> 64 relu -> 64 tanh -> 3 softmax", NULL, &network);
    }
    if (status != GML_OK) {
        fprintf(stderr, "%s\n", context ? gml_context_message(context) : gml_status_name(status));
        gml_context_destroy(context);
        return 1;
    }

    pthread_t threads[THREADS];
    int started = 0, wrong = 0;
    for (; started < THREADS; started++) {
        jobs[started].network = network;
        jobs[started].x = (const float(*)[INPUTS])x;
        if (pthread_create(&threads[started], NULL, ask, &jobs[started]) != 0) {
            break;
        }
    }
    for (int i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
        wrong += jobs[i].status != GML_OK || memcmp(jobs[i].y, jobs[0].y, sizeof jobs[0].y) != 0;
    }
    float sum = jobs[0].y[0][0] + jobs[0].y[0][1] + jobs[0].y[0][2];
    printf("%d threads, %d predictions each, %d of them differ; the first: %.4f %.4f %.4f\n", started, ROUNDS * N,
           wrong, (double)jobs[0].y[0][0], (double)jobs[0].y[0][1], (double)jobs[0].y[0][2]);

    gml_network_destroy(network);
    gml_context_destroy(context);
    return wrong != 0 || started != THREADS || fabsf(sum - 1) > 1e-5f;
}
