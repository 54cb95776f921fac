# SPDX-License-Identifier: MIT
#
# Rules for GNU make: NAME.tramp becomes $(TRAMPGEN_OUT)/NAME.h.
#
#   TRAMPGEN ?= trampgen
#   include $(shell $(TRAMPGEN) --include-dir)/trampgen.mk
#   main.o: $(TRAMPGEN_OUT)/far_call.h
#
# TRAMPGENFLAGS    -D NAME=VALUE, --constants FILE, --emit header,blob, -W …
# TRAMPGEN_OUT     where the outputs go; set it before the include
# TRAMPGEN_SPECS   what `make trampgen-check` holds against $(TRAMPGEN_OUT)
#
# Specs in another folder are found by `vpath %.tramp FOLDER`. make itself does
# not notice that TRAMPGENFLAGS changed; if they are set in the makefile, say
# $(TRAMPGEN_OUT)/.far_call.trampgen: Makefile

TRAMPGEN      ?= trampgen
TRAMPGEN_OUT  ?= build
trampgen-goal := $(.DEFAULT_GOAL)

# Where trampgen.h is, which a header needs outside the kernel.
trampgen-include := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))

trampgen-build = $(TRAMPGEN) build -q -o $(TRAMPGEN_OUT) $(TRAMPGENFLAGS)

# An output that would be the same keeps its time, so that nothing is compiled
# again. What make compares with the spec's time is therefore the record of the
# build, touched each time that trampgen has run.
$(TRAMPGEN_OUT)/.%.trampgen: %.tramp
	$(trampgen-build) --depfile $(TRAMPGEN_OUT)/.$*.tramp.d --depfile-target $@ $<
	@touch $@

# The record stands for every output. A header that is gone although its record
# is there is made again here. Blobs have names of their own, so each that
# something depends on needs a line like this, without the pattern.
trampgen-output = @test -e $@ || $(trampgen-build) $(filter %.tramp,$^)

$(TRAMPGEN_OUT)/%.h: $(TRAMPGEN_OUT)/.%.trampgen %.tramp
	$(trampgen-output)

.PHONY: trampgen-check
trampgen-check:
	$(trampgen-build) --check $(TRAMPGEN_SPECS)

.PRECIOUS: $(TRAMPGEN_OUT)/.%.trampgen
-include $(wildcard $(TRAMPGEN_OUT)/.*.tramp.d)

# None of this is what a plain `make` makes.
.DEFAULT_GOAL := $(trampgen-goal)
