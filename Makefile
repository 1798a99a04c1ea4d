# Set up, try, test and run fedigroups. `make` alone lists what there is.
#
#   PREFIX   where the program goes               default /usr/local
#   DESTDIR  put before every path, for packagers  default none: install on this machine

SHELL    := /bin/sh
PREFIX   ?= /usr/local
DESTDIR  ?=
SERVICE  := fedigroups
LIB      := $(PREFIX)/lib/fedigroups
STATE    := /var/lib/fedigroups
BIN      := $(PREFIX)/bin/fedigroups
UNIT     := $(PREFIX)/lib/systemd/system/$(SERVICE).service
# Where man and the shells look; what stands there is printed by the program itself.
MANUAL   := $(PREFIX)/share/man/man1/fedigroups.1
BASH     := $(PREFIX)/share/bash-completion/completions/fedigroups
ZSH      := $(PREFIX)/share/zsh/site-functions/_fedigroups
FISH     := $(PREFIX)/share/fish/vendor_completions.d/fedigroups.fish
# Nothing to tell where systemd does not run, as in a chroot.
RELOAD_UNITS := test ! -d /run/systemd/system || systemctl daemon-reload
TESTARGS ?=

sources := $(shell find src locales -type f -not -name '*.test.ts' -not -path 'src/testing/*' 2>/dev/null)
# Where this file lies for those who use what was installed: the package brings it along.
HERE    := $(patsubst $(realpath $(DESTDIR))%,%,$(CURDIR))

.DEFAULT_GOAL := help
.PHONY: help root build demo test check install service uninstall start stop restart reload status logs node

help:
	@echo 'Try it:     make demo       a group at work, on this machine only'
	@echo 'Develop:    make build      the program, in dist/'
	@echo '            make test       run all tests'
	@echo '            make check      types, lint and format'
	@echo 'Operate:    make install    the program, its user and its systemd unit (as root)'
	@echo '            make service    only the user and the unit, for a program that npm installed (as root)'
	@echo '            make uninstall  take them away again; your groups stay (as root)'
	@echo '            make start | stop | restart | reload | status | logs'

node:
	@command -v node >/dev/null && command -v npm >/dev/null || { \
	  echo 'fedigroups needs Node.js 20.19 or newer, with npm. Debian: sudo apt install nodejs npm' >&2; exit 1; }
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' || { \
	  echo "fedigroups needs Node.js 20.19 or newer; this is $$(node --version). See README.md." >&2; exit 1; }

# npm writes this file when it has finished, so a set-up that broke off is done again.
node_modules/.package-lock.json: package.json package-lock.json | node
	npm ci --no-audit --no-fund
	@touch $@

dist/main.js: node_modules/.package-lock.json tsconfig.json src/tsconfig.json $(sources)
	npm run --silent build
	@touch $@

# Only what goes into this machine needs root; a package is made by anybody.
root:
ifeq ($(DESTDIR),)
	@test "$$(id -u)" = 0 || { echo 'To install for the whole machine, be root: sudo make install' >&2; exit 1; }
endif

build: dist/main.js

demo: build
	@node dist/main.js demo

test: node_modules/.package-lock.json
	npm test -- $(TESTARGS)

check: node_modules/.package-lock.json
	npm run check

# The program is what `npm pack` holds, with all it uses in it. The new one is complete beside the old one
# before it takes its place.
install: root build
	@test -L '$(DESTDIR)$(BIN)' -o ! -e '$(DESTDIR)$(BIN)' || { \
	  echo '$(BIN) is another program, perhaps the one in Rust. Rename it first.' >&2; exit 1; }
	rm -rf '$(DESTDIR)$(LIB).new'
	mkdir -p '$(DESTDIR)$(LIB).new' '$(DESTDIR)$(dir $(BIN))'
	npm pack --ignore-scripts --silent --pack-destination '$(DESTDIR)$(LIB).new'
	cd '$(DESTDIR)$(LIB).new' && tar -xzf *.tgz --strip-components=1 --no-same-owner && rm *.tgz
	chmod -R u=rwX,go=rX '$(DESTDIR)$(LIB).new'
	rm -rf '$(DESTDIR)$(LIB)'
	mv '$(DESTDIR)$(LIB).new' '$(DESTDIR)$(LIB)'
	ln -sfn ../lib/fedigroups/dist/main.js '$(DESTDIR)$(BIN)'
	@$(MAKE) --no-print-directory -C '$(DESTDIR)$(LIB)' service

# What the machine needs beside the program: unit, manual, completion, user and folder. Your files in
# $(STATE) are made when they are missing, and never touched otherwise.
service: root
	@test -e '$(DESTDIR)$(BIN)' || { \
	  echo 'There is no $(BIN). Install the program first; PREFIX says where it is if not in /usr/local.' >&2; exit 1; }
	mkdir -p $(foreach file,$(UNIT) $(MANUAL) $(BASH) $(ZSH) $(FISH),'$(DESTDIR)$(dir $(file))')
	sed -e 's|/usr/local/lib/fedigroups|$(HERE)|' -e 's|/usr/local/bin|$(PREFIX)/bin|' \
	  fedigroups.example.service > '$(DESTDIR)$(UNIT)'
	node dist/main.js manual > '$(DESTDIR)$(MANUAL)'
	node dist/main.js completion bash > '$(DESTDIR)$(BASH)'
	node dist/main.js completion zsh > '$(DESTDIR)$(ZSH)'
	node dist/main.js completion fish > '$(DESTDIR)$(FISH)'
	chmod 644 $(foreach file,$(UNIT) $(MANUAL) $(BASH) $(ZSH) $(FISH),'$(DESTDIR)$(file)')
ifeq ($(DESTDIR),)
	@case "$$(command -v node)" in /usr/bin/* | /usr/local/bin/* | /bin/*) ;; *) \
	  echo "Note: the service will not find $$(command -v node). Install Node.js for all users." >&2 ;; esac
	getent passwd fedigroups >/dev/null || useradd --system --user-group --no-create-home \
	  --home-dir $(STATE) --shell /usr/sbin/nologin fedigroups
	test -d $(STATE) || install -d -o fedigroups -g fedigroups -m 750 $(STATE)
	test -e $(STATE)/groups.json -o -e $(STATE)/groups.json5 || \
	  install -o fedigroups -g fedigroups -m 640 groups.json5 $(STATE)/groups.json5
	$(RELOAD_UNITS)
	@echo
	@echo 'Installed. Sign a group in, then start the service:'
	@echo '  sudo -u fedigroups fedigroups -c $(STATE) -a group@example.social --admin you@example.social'
	@echo '  sudo systemctl enable --now $(SERVICE)'
endif

uninstall: root
ifeq ($(DESTDIR),)
	test ! -d /run/systemd/system || systemctl disable --now $(SERVICE) || true
endif
	rm -rf '$(DESTDIR)$(LIB)' '$(DESTDIR)$(LIB).new'
	test ! -L '$(DESTDIR)$(BIN)' || rm '$(DESTDIR)$(BIN)'
	rm -f $(foreach file,$(UNIT) $(MANUAL) $(BASH) $(ZSH) $(FISH),'$(DESTDIR)$(file)')
ifeq ($(DESTDIR),)
	$(RELOAD_UNITS)
	@echo 'Removed. Your groups are still in $(STATE), and the user fedigroups is still there.'
endif

start stop restart reload status:
	systemctl $@ $(SERVICE)

# The log is one JSON object a line; where there is what to do so with, it is shown in plain words.
logs:
	@if [ -e dist/read-log.js ]; then journalctl -u $(SERVICE) -n 100 -f -o cat | node dist/read-log.js; \
	else journalctl -u $(SERVICE) -n 100 -f; fi
