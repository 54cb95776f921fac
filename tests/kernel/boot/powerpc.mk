
# Headers from the specs beside this file, with the offsets of this very build.
TRAMPGENFLAGS := --constants $(obj)/offsets.const
trampgen-dep  := optprobe.h $(if $(CONFIG_PPC64),module_stub.h,module_plt32.h)
include $(shell $(TRAMPGEN) --include-dir)/Kbuild.trampgen

filechk_kernel_offsets = $(TRAMPGEN_OFFSETS) $<
$(obj)/offsets.const: include/generated/asm-offsets.h FORCE
	$(call filechk,kernel_offsets)
$(trampgen-dep:%.h=$(obj)/.%.trampgen): $(obj)/offsets.const

$(obj)/optprobes_head.o $(obj)/optprobes.o: $(obj)/optprobe.h
$(obj)/module_64.o: $(obj)/module_stub.h
$(obj)/module_32.o: $(obj)/module_plt32.h
