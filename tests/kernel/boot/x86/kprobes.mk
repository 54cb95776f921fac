
# Headers from the specs beside this file, proved with the offsets of this very build.
TRAMPGENFLAGS := --constants $(obj)/offsets.const
trampgen-dep  := optprobe.h opcodes.h
include $(shell $(TRAMPGEN) --include-dir)/Kbuild.trampgen

filechk_tramp_offsets = sed -n 's/^.*"->\([^ ]*\) [\#$$]*\([0-9]*\) .*/\1 = \2/p' $<
$(obj)/offsets.const: $(obj)/tramp_offsets.s FORCE
	$(call filechk,tramp_offsets)
$(obj)/.optprobe.trampgen $(obj)/.opcodes.trampgen: $(obj)/offsets.const
targets += tramp_offsets.s

$(obj)/opt.o: $(obj)/optprobe.h
$(obj)/core.o: $(obj)/opcodes.h
