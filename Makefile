# make              release build into build/release/bin/
# make MODE=debug   warnings are errors; MODE=asan (ASan+UBSan), MODE=cov; CC=clang works with each
# make check lint format docs clean      see CONTRIBUTING.md
MODE  ?= release
CC    := $(if $(filter default,$(origin CC)),gcc,$(CC))
B     ?= build/$(MODE)$(if $(filter clang%,$(CC)),-clang)
FLOORS   := base rules bus db service
SERVICES := $(notdir $(patsubst %/,%,$(wildcard services/*/)))
CONTRACT := $(basename $(notdir $(wildcard schemas/api/*.json)))
EVENTS   := $(basename $(notdir $(wildcard schemas/events/*.json)))
VERSION  := $(shell cat VERSION 2>/dev/null || echo 0.1.0)

PKGS := libzmq jansson libconfig libpq libsodium libcrypto cjose libcurl libutf8proc
# libpq has no soname trouble; only the programs that need a library get it (--as-needed)
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS   := $(shell pkg-config --libs $(PKGS) 2>/dev/null)

WARN := -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wcast-qual -Wwrite-strings -Wstrict-prototypes \
  -Wmissing-prototypes -Wpointer-arith -Wundef -Wformat=2 -Wswitch-enum -Wimplicit-fallthrough -Wvla -Wfloat-equal -Wnull-dereference -Wno-overlength-strings
HARD := -fstack-protector-strong -fstack-clash-protection -fcf-protection=full -fPIE -fno-strict-overflow -fno-delete-null-pointer-checks
LINK := -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed
ifeq ($(MODE),release)
  OPT := -O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 $(HARD)
else ifeq ($(MODE),asan)
  OPT := -O1 -g -Werror -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -fPIE
else ifeq ($(MODE),fuzz)
  OPT := -O1 -g -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all -fno-omit-frame-pointer -fPIE
else ifeq ($(MODE),cov)
  OPT := -O0 -g --coverage -fPIE
else ifeq ($(MODE),debug)
  OPT := -O1 -g -Werror $(HARD)
else
  $(error MODE is release, debug, asan, cov or fuzz)
endif
# Test-only switches (seeded bugs, fault hooks): make TEST_DEFS=-DXQ_…
CPPFLAGS := -D_GNU_SOURCE -DXQ_VERSION='"$(VERSION)"' -I. -Icommon -I$(B) -I$(B)/gen -I$(B)/common $(PKG_CFLAGS) $(TEST_DEFS)
# -MD, not -MMD: after <sodium.h> gcc takes our own headers for system headers and would leave them out of the list.
CFLAGS   := $(WARN) $(OPT) -MD -MP
LDFLAGS  := $(LINK) $(filter -fsanitize% --coverage,$(OPT))

obj     = $(patsubst %.c,$(B)/%.o,$(wildcard $(1)/*.c))
sqlh    = $(patsubst %.sql,$(B)/%.sql.h,$(wildcard $(1)/*.sql))
COMMON_OBJS   := $(foreach f,$(FLOORS),$(call obj,common/$(f)))
CONTRACT_OBJS := $(CONTRACT:%=$(B)/gen/%.api.o) $(EVENTS:%=$(B)/gen/%.events.o) $(B)/gen/all.api.o
GEN_HEADERS   := $(CONTRACT:%=$(B)/gen/%.api.h) $(EVENTS:%=$(B)/gen/%.events.h)
PROGRAMS := $(foreach s,$(SERVICES),$(if $(wildcard services/$(s)/main.c),$(B)/bin/$(if $(filter cli,$(s)),xq,xq-$(s))))

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
FUZZ_SECONDS ?= 60
.PHONY: all unit tests fuzzers fuzz check faults bench lint format docs clean force
all: $(PROGRAMS)

# The last command line: changed flags rebuild all.
$(B)/flags: force
	@mkdir -p $(@D); echo '$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)' | cmp -s - $@ || echo '$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)' > $@

$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
$(B)/gen/%.o: $(B)/gen/%.c $(B)/flags
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
$(B)/%.sql.h: %.sql common/db/sql2h.awk
	@mkdir -p $(@D)
	awk -f common/db/sql2h.awk $< > $@

# The contract compiler is one C program; it needs nothing of common.
CONTRACTC := $(B)/bin/contractc
$(CONTRACTC): $(call obj,schemas)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
$(B)/gen/%.api.h $(B)/gen/%.api.c &: schemas/api/%.json $(CONTRACTC)
	@mkdir -p $(@D)
	$(CONTRACTC) api $< $(B)/gen/$*.api
$(B)/gen/%.events.h $(B)/gen/%.events.c &: schemas/events/%.json $(CONTRACTC)
	@mkdir -p $(@D)
	$(CONTRACTC) events $< $(B)/gen/$*.events
# Every operation of every service in one table (routes), and the merged OpenAPI document as bytes.
$(B)/gen/all.api.c: $(CONTRACT:%=schemas/api/%.json) $(EVENTS:%=schemas/events/%.json) $(CONTRACTC)
	@mkdir -p $(@D)
	$(CONTRACTC) all $(CONTRACT:%=schemas/api/%.json) $(EVENTS:%=schemas/events/%.json) > $@

define archive
	@mkdir -p $(@D); rm -f $@
	$(AR) rcs $@ $^
endef
$(B)/libcommon.a: $(COMMON_OBJS)
	$(archive)
$(B)/libcontract.a: $(CONTRACT_OBJS)
	$(archive)
$(foreach f,$(FLOORS),$(eval $(call obj,common/$(f)): | $(call sqlh,common/$(f))))

define service_rules
$(B)/lib$(1).a: $(filter-out %/main.o,$(call obj,services/$(1)))
	$$(archive)
$(B)/bin/$(if $(filter cli,$(1)),xq,xq-$(1)): $(B)/services/$(1)/main.o $(B)/lib$(1).a $(B)/libcontract.a $(B)/libcommon.a
	@mkdir -p $$(@D)
	$(CC) $(LDFLAGS) -o $$@ $(B)/services/$(1)/main.o $(B)/lib$(1).a $(B)/libcommon.a $(B)/libcontract.a $(B)/libcommon.a $$(EXTRA_OBJS) $(PKG_LIBS)
$(call obj,services/$(1)): private CPPFLAGS += -Iservices/$(1) -I$(B)/services/$(1)
$(call obj,services/$(1)): | $(call sqlh,services/$(1)) $(GEN_HEADERS)
endef
$(foreach s,$(SERVICES),$(eval $(call service_rules,$(s))))

# llhttp: Debian's sources, compiled as they are (not our warnings); unpacked by deploy/local/packages.sh when not installed.
LLHTTP := $(firstword $(wildcard /usr/share/llhttp build/llhttp/usr/share/llhttp))
LLHTTP_INC := $(firstword $(wildcard /usr/share/include/llhttp build/llhttp/usr/share/include/llhttp))
LLHTTP_OBJS := $(patsubst %,$(B)/llhttp/%.o,llhttp http api)
$(call obj,services/gateway): private CPPFLAGS += -isystem $(LLHTTP_INC)
$(B)/llhttp/%.o: $(LLHTTP)/%.c $(B)/flags
	@mkdir -p $(@D)
	$(CC) -O2 -g $(filter -fsanitize=address% -fPIE -fstack% -fcf%,$(OPT)) -DLLHTTP_STRICT_MODE=1 -I$(LLHTTP_INC) -c -o $@ $<
$(B)/bin/xq-gateway: $(LLHTTP_OBJS)
$(B)/bin/xq-gateway: EXTRA_OBJS := $(LLHTTP_OBJS)

# Unit tests: one program per tests/unit/test_*.c (TAP).
UNIT := $(patsubst tests/unit/%.c,$(B)/test/%,$(wildcard tests/unit/test_*.c))
$(UNIT): $(B)/test/%: $(B)/tests/unit/%.o $(B)/libcommon.a $(B)/libcontract.a $(foreach s,$(SERVICES),$(B)/lib$(s).a) $(LLHTTP_OBJS)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LLHTTP_OBJS) $(PKG_LIBS)
$(call obj,tests/unit): private CPPFLAGS += -isystem $(LLHTTP_INC) -Itests/unit $(foreach s,$(SERVICES),-Iservices/$(s))
$(call obj,tests/unit): | $(GEN_HEADERS)
# The contract's own test: one of everything (tests/contract/sample), and the reader as a filter for the comparison with ajv.
$(B)/gen/sample.api.h $(B)/gen/sample.api.c &: tests/contract/sample/sample.json $(CONTRACTC)
	@mkdir -p $(@D)
	$(CONTRACTC) api $< $(B)/gen/sample.api
$(B)/tests/unit/test_contract.o: $(B)/gen/sample.api.c
$(B)/test/contract_reader: $(B)/tests/contract/reader.o $(B)/libcommon.a $(B)/libcontract.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
unit: $(UNIT) $(B)/test/contract_reader
# Migrates test databases: migrate CONNINFO.
$(B)/test/migrate: $(B)/tests/sql/migrate.o $(call obj,common/base) $(call obj,common/db)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# Service tests: one program per tests/service/test_*.c (TAP), on the database of XQ_PG.
SERVICE_TESTS := $(patsubst tests/service/%.c,$(B)/test/%,$(wildcard tests/service/test_*.c))
$(SERVICE_TESTS): $(B)/test/%: $(B)/tests/service/%.o $(B)/libcommon.a $(B)/libcontract.a $(foreach s,$(SERVICES),$(B)/lib$(s).a) $(LLHTTP_OBJS)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LLHTTP_OBJS) $(PKG_LIBS)
# The answer of COMMIT is lost on purpose there.
$(B)/test/test_dispatcher: private LDFLAGS += -Wl,--wrap=db_commit
$(call obj,tests/service): private CPPFLAGS += -Itests/service -Itests/unit $(foreach s,$(SERVICES),-Iservices/$(s))
$(call obj,tests/service): | $(GEN_HEADERS)

tests: unit $(B)/test/migrate $(SERVICE_TESTS)

# Fuzz targets (MODE=fuzz CC=clang): one program per tests/fuzz/fuzz_*.c.
FUZZERS := $(patsubst tests/fuzz/%.c,$(B)/test/%,$(wildcard tests/fuzz/fuzz_*.c))
$(FUZZERS): $(B)/test/%: $(B)/tests/fuzz/%.o $(B)/libcommon.a $(B)/libcontract.a $(foreach s,gateway router,$(B)/lib$(s).a) $(LLHTTP_OBJS)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LLHTTP_OBJS) $(PKG_LIBS)
$(B)/test/fuzz_config: private LDFLAGS += -Wl,--wrap=die
$(call obj,tests/fuzz): private CPPFLAGS += -isystem $(LLHTTP_INC) $(foreach s,gateway router,-Iservices/$(s))
$(call obj,tests/fuzz): | $(GEN_HEADERS)
fuzzers: $(FUZZERS)

check:
	sh tests/run.sh
# BENCH='--regime FR --only likes'; build/bench.json keeps the rows
bench:
	sh tests/bench/run.sh $(BENCH)
# FUZZ='http body' chooses, FUZZ_SECONDS=3600 each
fuzz:
	FUZZ_SECONDS=$(FUZZ_SECONDS) sh tests/fuzz/run.sh $(FUZZ)
# The demo in calm and under storms of kills and freezes: the same reports, byte for byte. ROUNDS=3 SEED=20140308
faults: all
	XQ_BUILD=$(CURDIR)/$(B) python3 tests/faults/run.py $(or $(ROUNDS),3) $(or $(SEED),20140308)
lint:
	sh tests/lint.sh
format:
	clang-format -i $$(git ls-files '*.c' '*.h')
docs: $(CONTRACTC)
	$(CONTRACTC) messages $(CONTRACT:%=schemas/api/%.json) $(EVENTS:%=schemas/events/%.json) > docs/messages.md
clean:
	rm -rf build

-include $(shell test -d $(B) && find $(B) -name '*.d')
