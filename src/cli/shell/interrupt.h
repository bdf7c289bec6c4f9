/* cli/shell/interrupt.h - Ctrl-C lets the running batch finish and the weights be saved. */
#ifndef GML_CLI_INTERRUPT_H
#define GML_CLI_INTERRUPT_H

/* From now on the first SIGINT or SIGTERM is recorded; a second one ends the process at once. */
void catch_interrupts(void);

/* The recorded signal, or 0. */
int interrupt(void);

#endif
