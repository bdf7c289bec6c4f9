/* tests/fuzz/fuzz.h - what all fuzz targets share.
 *
 * A target is a file fuzz_READER.c with LLVMFuzzerTestOneInput: it takes bytes from outside, gives them to one reader
 * of the library and checks what comes back. libFuzzer drives it in a build with -Dfuzz=true (tools/test --fuzz);
 * replay.c runs it over the kept inputs in every build.
 *
 * Files are in memory, behind the hooks of one context that lives as long as the process. Memory is counted by the
 * context's allocator hook. A failed check prints one line and aborts, which both drivers report with the input. */
#ifndef GML_TESTS_FUZZ_H
#define GML_TESTS_FUZZ_H

#include "base/context.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The context of the process: files in memory, counted memory, one thread. */
gml_context *fuzz_context(void);

/* The hooks of that context, for a second one. */
gml_context_options fuzz_hooks(void);

/* Begins one input: removes all files and the last message. From here until fuzz_end the context's memory may not grow
 * beyond `limit` bytes: the allocator then answers null, and the check in fuzz_end fails. */
void fuzz_begin(size_t limit);

/* Ends one input: nothing is still allocated, no file is open, and no more memory was asked for than the limit. */
void fuzz_end(void);

/* Forgets what is still allocated and open, where the reader was left in the middle and its memory is freed in another
 * way. */
void fuzz_abandon(void);

/* Lets an input ask for more memory than the limit, because people may: fuzz_end does not complain. */
void fuzz_pardon_refusals(void);

/* Puts a file into memory: a copy of the bytes. */
void fuzz_put(const char *name, const uint8_t *data, size_t size);

/* The bytes of a file in memory; null where there is none. They stay until the file is replaced or removed. */
const uint8_t *fuzz_get(const char *name, size_t *size);

/* Aborts unless the promise holds. */
void fuzz_check(bool holds, const char *promise);

/* Checks that a status is GML_OK or one of the `count` allowed, and that a failure left a message. Returns whether it
 * is GML_OK. */
bool fuzz_status(gml_status status, const gml_status *allowed, size_t count);

/* The same for calls whose arguments are right: the status must be GML_OK. */
void fuzz_ok(gml_status status);

#endif
