# syntax=docker/dockerfile:1
# Lockstep as an image: the product on Debian's slim Node, without compilers, tests, or a database of its own.
# Build it with `docker build -t lockstep .`; deploy/README.md tells how to run it.

# The tag is the Node that package.json pins; a test holds the two together. Add @sha256:... once your registry has it.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No package's own script runs: none is needed here, and what does not run cannot harm.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY vite.config.ts tsconfig.base.json ./
COPY src ./src
RUN node node_modules/vite/bin/vite.js build --logLevel warn

FROM node:24.21.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# The optional packages are the embedded PostgreSQL: a container has its database elsewhere, by DATABASE_URL.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24.21.0-bookworm-slim
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="Lockstep" \
      org.opencontainers.image.description="Keeps mailboxes and Salesforce in step, server to server" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY bin ./bin
COPY migrations ./migrations
COPY addins ./addins
COPY simulators ./simulators
COPY sandbox ./sandbox
COPY src ./src
COPY --from=build /app/dist/web ./dist/web
ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=2 \
    NODE_OPTIONS=--max-semi-space-size=32 \
    HOST=0.0.0.0 \
    PORT=3000
# By number, so that an orchestrator can see that it is not root. Files belong to root: the process cannot change itself.
USER 1000:1000
EXPOSE 3000
# For `serve`; a worker has no door to knock at, and its health check is switched off where it is started.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/app/bin/lockstep.js"]
CMD ["serve"]
