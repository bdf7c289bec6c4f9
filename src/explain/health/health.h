/* explain/health/health.h - the inside of a gml_health: what is watched of each layer, windows of counts, verdicts.
 *
 * A window counts batches: of an epoch while training, or of a dataset. Of two windows one is shown, the other counts;
 * at its end they change places. Values are counted by tasks of some columns each, over all rows of a batch; gradients
 * of weights by tasks of the workspace, into slots that are added up in order. So sums do not depend on threads. */
#ifndef GML_EXPLAIN_HEALTH_H
#define GML_EXPLAIN_HEALTH_H

#include "explain/health/spike.h"
#include "gemmule/health.h"
#include "kernel/observe/observe.h"
#include "step/trainer.h"

enum {
    GML_HEALTH_COLUMNS = 64,      /* columns of a task */
    GML_HEALTH_ENTRIES = 1024,    /* slopes that are computed at once */
    GML_HEALTH_PIECE = 32 * 1024, /* weights of a task that compares them */
    GML_HEALTH_LEAST = 64,        /* samples of a verdict */
    GML_HEALTH_WINDOW = 256       /* samples of a window while training */
};

/* The alarms, in the order of the table. Of those about units, bit 1 << kind of a unit's verdict says that it is one.
 */
typedef enum gml_alarm_kind {
    GML_ALARM_DEAD,
    GML_ALARM_SATURATED,
    GML_ALARM_DUPLICATED,
    GML_ALARM_EXPLODING,
    GML_ALARM_VANISHING,
    GML_ALARM_UNIT_KINDS,
    GML_ALARM_STALLED = GML_ALARM_UNIT_KINDS,
    GML_ALARM_UNSTABLE,
    GML_ALARM_LAYER_KINDS,
    GML_ALARM_LOSS_SPIKE = GML_ALARM_LAYER_KINDS,
    GML_ALARM_GRADIENT_SPIKE,
    GML_ALARM_KINDS
} gml_alarm_kind;

/* What is watched of a layer. */
typedef struct gml_watch {
    size_t units, first; /* first: index of its unit 0 among the units of all layers */
    bool sloped;         /* f' is counted: an activation that acts on each entry by itself */
    bool two_sided;      /* f is bounded on both sides */
    bool judged;         /* its units may raise alarms */
    size_t spectrum;     /* index of its first singular value */
} gml_watch;

/* Columns [first, first + count) of one layer. */
typedef struct gml_columns {
    size_t layer, first, count;
} gml_columns;

/* Entries [first, first + count) of one layer's weights. */
typedef struct gml_piece {
    size_t layer, first, count;
} gml_piece;

/* Sums of one layer. */
typedef struct gml_layer_sums {
    double gradient; /* over batches: squared norm of the gradient of its weights */
    uint64_t gradient_bins[GML_OBSERVE_BINS];
    double update_ratio; /* over updates */
    size_t updates;
} gml_layer_sums;

typedef struct gml_window {
    size_t samples, batches;
    bool gradients;         /* gradients were counted */
    double *center;         /* [units]: the value of the first sample */
    double *sum, *squares;  /* [units]: of value - center */
    double *delta;          /* [units]: squares of d loss / d z, loss of one sample */
    double *gradient;       /* [units]: over batches: squares of d loss / d weights into the unit */
    uint64_t *zeros, *flat; /* [units] */
    uint64_t *bins;         /* [units x GML_OBSERVE_SLOTS] */
    gml_layer_sums *layers; /* [layers] */
    void *begin;            /* of these arrays, `bytes` in all */
    size_t bytes;
} gml_window;

/* Statistics of the gradient of one batch, a slot for each task of a workspace's weights. */
typedef struct gml_weight_slots {
    size_t count;
    size_t *offsets; /* [count]: of the task's columns in `squares` */
    double *squares; /* squared gradients, column by column */
    uint64_t *bins;  /* [count x GML_OBSERVE_BINS] */
    gml_context *context;
    const gml_workspace *workspace; /* lives as long as batches are counted */
    void *arena;
    size_t arena_size;
} gml_weight_slots;

/* What was found of a layer's weights. */
typedef struct gml_spectrum {
    double norm;
    size_t count; /* singular values; 0: not computed */
} gml_spectrum;

struct gml_health {
    gml_context *context;
    const gml_network *network;
    gml_health_options options;
    gml_observer observer;
    size_t layer_count, unit_count, value_count; /* value_count: singular values of all layers */
    size_t output;                               /* the last layer with weights */
    gml_watch *watches;                          /* [layers] */
    double *least;                               /* [units]: f' is flat up to this magnitude */
    gml_columns *columns;                        /* [column_count] */
    gml_piece *pieces;                           /* [piece_count] */
    size_t column_count, piece_count;
    double *piece_sums; /* [piece_count x 2]: squares of the change, and of the weights before */
    void *before;       /* the parameters before an update */
    void *ones;         /* [entries at once] */
    char *scratch;      /* [threads x scratch_size] */
    size_t scratch_size;
    gml_window windows[2];
    size_t shown;       /* the window with the figures; the other one counts */
    bool known;         /* there are figures */
    size_t shown_epoch; /* of training: the last epoch that they are from; 0: of a dataset */
    double noise_scale;

    /* Verdicts on the window that is shown. */
    unsigned char *verdicts; /* [units] */
    size_t *twins;           /* [units]: SIZE_MAX: none */
    gml_spectrum *spectra;   /* [layers] */
    double *singular;        /* [value_count] */
    size_t *since;           /* [layers x GML_ALARM_LAYER_KINDS]: epochs; 0: the alarm does not hold */
    gml_alarm *alarms;
    size_t alarm_count;
    size_t *alarm_units; /* [units x GML_ALARM_UNIT_KINDS] */

    /* While training. */
    size_t every;
    size_t batch; /* of the epoch */
    size_t epoch; /* finished epochs */
    bool pending; /* an observed batch has not been accepted */
    gml_weight_slots slots;
    gml_spike loss, norm;
    double loss_sum; /* of the batches of the current value of `loss` */
    size_t loss_rows;

    void *arena;
    size_t arena_size;
};

/* ---- watch.c: what is watched ---- */

/* Fills the watch of each layer; `first` and `spectrum` count up. */
void gml_health_watch(gml_health *health);

/* Finds up to which magnitude f' is flat, for all units of all layers; or if `learned`, of trainable activations alone.
 */
void gml_health_find_slopes(gml_health *health, bool learned);

/* ---- window.c: counts ---- */

void gml_window_clear(gml_window *window);

/* Counts the columns of one task of a batch in the workspace. `divisor`: of the loss; 0: there are no gradients. */
void gml_window_count(const gml_health *health, gml_window *window, const gml_workspace *workspace, size_t rows,
                      double divisor, gml_share share);

/* Errors: shape, memory. */
gml_status gml_weight_slots_create(const gml_workspace *workspace, gml_weight_slots *slots);
void gml_weight_slots_destroy(gml_weight_slots *slots);

/* Fills the slot of a task with the gradient of its panel. */
void gml_weight_slots_fill(const gml_weight_slots *slots, size_t task, const gml_weight_panel *panel);

/* Adds the slots of a batch to the window; returns the squared norm of the gradient of all weights. */
double gml_window_add_slots(const gml_health *health, gml_window *window, const gml_weight_slots *slots);

/* ---- verdicts.c, alarm.c: verdicts ---- */

/* Judges the units in the window that is shown. */
void gml_health_judge(gml_health *health);

/* Lists the alarms of the verdicts and of training. `epoch`: the one that has ended, for `since`; 0: of a dataset. */
void gml_health_list_alarms(gml_health *health, size_t epoch);

/* The square of a unit's values in the mean over samples. */
double gml_window_mean_square(const gml_window *window, size_t unit);

/* ---- spectra.c ---- */

/* Computes the norms of all weights; their singular values are not known then. */
void gml_health_find_norms(gml_health *health);

/* Computes norms and singular values of all weights. Errors: memory. */
gml_status gml_health_find_spectra(gml_health *health);

/* ---- twins.c: units that are duplicated ---- */

/* Sums of (y_i - center_i) (y_j - center_j) over samples, for each layer that is looked at. */
typedef struct gml_twins {
    size_t count;   /* layers that are looked at */
    size_t *layers; /* [count] */
    double **sums;  /* [count]: [units x units], the lower triangle */
    double *rows;   /* [threads x batch x widest] */
    size_t widest, batch;
    const gml_health *health;
    void *arena;
    size_t arena_size;
} gml_twins;

/* For batches of at most `batch` samples. Errors: shape, memory. */
gml_status gml_twins_create(const gml_health *health, size_t batch, gml_twins *twins);
void gml_twins_destroy(gml_twins *twins);

/* Adds the batch in the workspace to the sums of layer share.first, after its columns were counted. */
void gml_twins_count(const gml_twins *twins, const gml_window *window, const gml_workspace *workspace, size_t rows,
                     gml_share share);

/* Finds the twin of each unit, in `found` [units]; SIZE_MAX where there is none. */
void gml_twins_find(const gml_twins *twins, const gml_window *window, size_t *found);

/* ---- observe.c ---- */

/* Fills the observer. */
void gml_health_bind_observer(gml_health *health);

/* Ends the window that counts if it has at least `least` samples, and judges it. */
void gml_health_end_window(gml_health *health, size_t least, size_t epoch);

#endif
