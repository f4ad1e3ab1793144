// SPDX-License-Identifier: BSL-1.0
// Names that <windows.h>, X11, curses and old C headers take for themselves. Our headers must stand
// it.
#include <lade_systems.hpp>

#define min(a, b) hostile macro
#define max(a, b) hostile macro
#define near hostile macro
#define far hostile macro
#define small hostile macro
#define interface hostile macro
#define ERROR hostile macro
#define IN hostile macro
#define OUT hostile macro
#define I hostile macro
#define None hostile macro
#define Bool hostile macro
#define Status hostile macro
#define DELETE hostile macro

#include <lade_every.hpp>
