
# A header from the spec beside this file; how many entries are in a cache line the compiler knows.
trampgen-dep := module_plt.h
include $(shell $(TRAMPGEN) --include-dir)/Kbuild.trampgen

$(obj)/module-plts.o: $(obj)/module_plt.h
