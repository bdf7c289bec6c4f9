/* cli/interrupt.h - Ctrl-C as a wish: the running step ends, and what there is is saved. */
#ifndef GML_CLI_INTERRUPT_H
#define GML_CLI_INTERRUPT_H

/* From now on the first SIGINT or SIGTERM is noted; a second one ends the process at once. */
void catch_interrupts(void);

/* The signal that came, or 0. */
int interrupt(void);

#endif
