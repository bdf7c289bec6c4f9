/* bench/peer.h - other libraries as contenders in training, each behind the same few functions.
 *
 * An adapter is one file, compiled where Meson found its library. */
#ifndef GML_BENCH_PEER_H
#define GML_BENCH_PEER_H

#include "step.h"

typedef struct bench_peer {
    const char *name;
    size_t threads;   /* 0: as many as it is given */
    const char *note; /* in what its step is another than ours; null: in nothing that is computed */
    /* A network of ReLU units with that batch and those parameters, in the order of bench_parameters. */
    void *(*create)(const bench_net *net, const bench_batch *batch, const double *parameters, size_t threads);
    /* Forward, loss, backward and update by SGD. */
    void (*step)(void *peer, float rate);
    /* The last layer's values before softmax [batch x outputs] for the parameters as they are. */
    void (*outputs)(void *peer, double *outputs);
    /* The parameters after some steps; null where training follows another loss and moves them elsewhere. */
    void (*parameters)(void *peer, double *parameters);
    void (*destroy)(void *peer);
} bench_peer;

extern const bench_peer bench_peer_fann, bench_peer_onednn;

/* The adapters of this build; ended by null. */
extern const bench_peer *const bench_peers[];

/* A peer with a network of its own: what is timed. */
typedef struct bench_rival {
    const bench_peer *peer;
    void *state;
} bench_rival;

/* Makes the rival and ends the program unless its outputs, and where they can be compared its gradients, are those of
 * the reference. The batch must be float and outlive it. */
bench_rival bench_rival_make(const bench_peer *peer, const bench_net *net, const bench_batch *batch, size_t threads);
void bench_rival_free(bench_rival *rival);

/* A contender; takes a bench_rival. */
void bench_rival_run(void *rival);

#endif
