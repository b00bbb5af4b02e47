/* cli/help/generators.h: one of what `generate` chooses from. */
#ifndef CLI_HELP_GENERATORS_H
#define CLI_HELP_GENERATORS_H

#include "cli/command.h"

void generate_bash(void);
void generate_zsh(void);
void generate_fish(void);

/* aisle(1), the page of one command, aisle.yaml(5). */
void generate_man(void);
void generate_man_command(const command *c);
void generate_man_config(void);

#endif
