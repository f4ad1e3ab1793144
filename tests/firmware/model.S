/* SPDX-License-Identifier: BSL-1.0 */
/* The model, in flash. LADE_MODEL: its path, in quotes. */
    .section .model, "a"
    .balign 8
    .global model_begin, model_end
model_begin:
    .incbin LADE_MODEL
model_end:
