
# Headers from the specs beside this file: the return trampoline of uprobes, and which opcodes they can be set on.
trampgen-dep := uretprobe.h opcodes.h
include $(shell $(TRAMPGEN) --include-dir)/Kbuild.trampgen

$(obj)/uprobes.o: $(obj)/uretprobe.h $(obj)/opcodes.h
