/* tests/library/operations.h - every public operation that answers a status, on small data, so that each of its
 * allocations and file calls can be made to fail. */
#ifndef GML_TESTS_OPERATIONS_H
#define GML_TESTS_OPERATIONS_H

#include "faults.h"
#include "gemmule/gemmule.h"

/* The call that fails, counted from 1 within the operation; both 0: none. */
typedef struct fault_plan {
    size_t allocation, file_call;
    int once; /* not 0: that call alone; 0: all after it too */
} fault_plan;

/* One run of an operation. */
typedef struct stage {
    faults *faults;
    gml_context *context;
    fault_plan plan;
    const char *variant; /* of the operation: a text for it, or null */
    /* What the operation found. */
    gml_status status, again; /* with the fault; of the same call right after it, without */
    size_t allocations, file_calls;
    char message[GML_MESSAGE_SIZE]; /* of the failure */
    int changed;                    /* not 0: the failure changed the network that it was given */
    uint64_t outcome;               /* a digest of what came out in the end */
} stage;

typedef struct operation {
    const char *function;  /* the public function */
    const char *variant;   /* handed to run; null: none */
    void (*run)(stage *s); /* prepares, attempts, notes the outcome, gives everything back */
} operation;

/* The variant of a row that is run with the name of each optimizer that makes steps of batches. */
#define EVERY_OPTIMIZER "every optimizer"

/* Row by row; null past the last. */
const operation *operation_at(size_t index);

/* ---- for the rows ---- */

/* Between these two the plan's fault happens. `given` is a network that a failure may not change, or null. */
void begin_attempt(stage *s, const gml_network *given);
void end_attempt(stage *s, gml_status status, const gml_context *context, const gml_network *given);

/* Tries a call with the fault, and where it failed once more without. */
#define ATTEMPT(s, given, call)                                                                                        \
    do {                                                                                                               \
        begin_attempt(s, given);                                                                                       \
        end_attempt(s, call, (s)->context, given);                                                                     \
        (s)->again = (s)->status == GML_OK ? GML_OK : (call);                                                          \
    } while (0)

/* Adds bytes to the outcome; a network: description, numbers, scaling, names and facts; a data set: all numbers and
 * names. */
void note_bytes(stage *s, const void *data, size_t size);
void note_network(stage *s, const gml_network *network);
void note_dataset(stage *s, const gml_dataset *dataset);

/* The rows, in chapters; each ends with a row without a function. */
extern const operation data_operations[], table_operations[], network_operations[], training_operations[],
    tune_operations[], measure_operations[], file_operations[], effect_operations[], preparation_operations[],
    mixed_operations[], ensemble_operations[];

/* ---- small data that rows share ---- */

enum { SAMPLES = 12, INPUTS = 4, CLASSES = 3 };

gml_matrix sample_inputs(void);  /* [SAMPLES x INPUTS] f64 */
gml_matrix sample_classes(void); /* [SAMPLES x 1] u8, all CLASSES of them */
gml_matrix sample_values(void);  /* [SAMPLES x CLASSES] f64 */

gml_network *make_network(stage *s, const char *description, gml_dtype dtype);
gml_dataset *make_classes(stage *s); /* with sample_classes */
gml_dataset *make_values(stage *s);  /* with sample_values */

#endif
