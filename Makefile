# The only door. `make` prints what it can do; the work is in infra/dev/*.sh.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

# Tools, and under CI the build, live outside the clone: see infra/dev/env.sh.
export OKD_CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/okdokument
ifdef CI
export CARGO_TARGET_DIR ?= $(OKD_CACHE)/target
endif
target := $(or $(CARGO_TARGET_DIR),target)
okdokument := $(target)/debug/okdokument

# The web apps of the services. A stamp inside node_modules says what was installed or built last; `npm ci` takes the
# stamp with it.
web_apps := $(patsubst %/package.json,%,$(wildcard services/*/package.json services/*/*/package.json))
npm_projects := $(web_apps) $(patsubst %/package.json,%,$(wildcard tests/*/package.json))
installed := $(npm_projects:%=%/node_modules/.okd-installed)
built := $(web_apps:%=%/node_modules/.okd-built)
sources = $(shell find $(1) $(if $(filter %/reference,$(1)),docs/guides docs/errors openapi/postman) -type f -not -path '*/node_modules/*' -not -path '*/dist/*')

.PHONY: help
help: ## print this
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

.PHONY: run
run: web ## build and start everything in one process; data in ./data, Ctrl-C stops
	@cargo build --locked --package okdokument
	@exec infra/dev/run.sh $(okdokument) serve

.PHONY: test
test: ## the gate: every check, on private throw-away servers
	@exec infra/dev/gate.sh

.PHONY: soak
soak: web ## the long runs, resumable by part; writes docs/reports/soak.md
	@exec infra/dev/soak.sh

.PHONY: lint
lint: ## formats, lints, types, licences: what needs no server
	@exec infra/dev/gate.sh lint

.PHONY: fmt
fmt: $(installed) ## format all sources
	@cargo fmt --all
	@for project in $(npm_projects); do (cd "$$project" && npm run --silent --if-present format); done

.PHONY: openapi
openapi: $(installed) ## write openapi/*.json and the portal's client from the code
	@cargo build --locked --package okdokument
	@infra/dev/openapi.sh write $(okdokument)

.PHONY: openapi-check
openapi-check: $(installed) ## fail when openapi/*.json or the portal's client is stale
	@cargo build --locked --package okdokument
	@infra/dev/openapi.sh check $(okdokument)

.PHONY: bench
bench: web ## measure one process on this machine, then the PDF engine (bench-engine)
	@infra/dev/bench.sh
	@$(MAKE) --no-print-directory bench-engine

.PHONY: bench-engine
bench-engine: ## measure the PDF engine beside pyHanko; writes docs/reports/engine.md
	@infra/dev/tools.sh
	@exec infra/dev/bench-engine.sh

.PHONY: bench-quota
bench-quota: ## measure reservations beside a row lock for each; writes docs/reports/quota.md
	@infra/dev/tools.sh
	@exec infra/dev/bench-quota.sh

.PHONY: fuzz
fuzz: ## feed the engine made-up bytes, ten minutes a target; writes docs/reports/fuzz.md
	@infra/dev/tools.sh
	@exec infra/dev/fuzz.sh all

.PHONY: e2e
e2e: ## only the end-to-end path: tests/e2e and tests/browser
	@exec infra/dev/gate.sh e2e

.PHONY: services
services: web ## start each service as a process of its own (OKD_DATABASE_URL, OKD_REDIS_URL as given)
	@cargo build --locked --package okdokument
	@exec infra/dev/run.sh infra/dev/services.sh $(okdokument)

.PHONY: migrate
migrate: ## bring the stores of the configured services up to date
	@cargo build --locked --package okdokument
	@$(okdokument) migrate

.PHONY: clean
clean: ## remove what was built; never ./data, never the shared cache
	@cargo clean --target-dir target --quiet
	@rm -rf $(web_apps:%=%/dist) $(npm_projects:%=%/node_modules) tests/e2e/out

# The program serves the files that these builds leave in dist/.
.PHONY: web
web: $(built)

$(installed): %/node_modules/.okd-installed: %/package.json %/package-lock.json
	@echo "npm ci: $*"
	@cd $* && npm ci --no-progress --loglevel=error
	@touch $@

define build_rule
$(1)/node_modules/.okd-built: $(1)/node_modules/.okd-installed $$(call sources,$(1))
	@echo "npm run build: $(1)"
	@cd $(1) && npm run --silent build
	@touch $$@
endef
$(foreach app,$(web_apps),$(eval $(call build_rule,$(app))))
