# The image holds the program, the libraries it is linked to, CA certificates and licences, and nothing that could be
# run instead: no shell, no package manager. Builds with BuildKit and with the classic builder.
FROM debian:trixie-slim AS build
WORKDIR /src

COPY scripts/install-dependencies scripts/
RUN scripts/install-dependencies --build && rm -rf /var/lib/apt/lists/*

COPY CMakeLists.txt CMakePresets.json LICENSE ./
COPY cmake cmake
COPY config config
COPY src src
COPY tests tests
RUN cmake --preset release && cmake --build --preset release --target latchkey

# docker build --target test: the unit tests, with the compiler and the libraries of the image.
FROM build AS test
RUN cmake --build --preset release --target tests/unit/all
RUN ctest --preset release -R '^unit_' -j "$(nproc)"

# The commit comes last, so that one which changes no source compiles nothing but its name.
FROM build AS assemble
ARG LATCHKEY_COMMIT=unknown
RUN cmake --preset release -DLATCHKEY_COMMIT="$LATCHKEY_COMMIT" && cmake --build --preset release --target latchkey
COPY docker/assemble-image docker/
RUN docker/assemble-image build/release/latchkey /image

FROM scratch
COPY --from=assemble /image/rootfs/ /
COPY --from=assemble --chown=65532:65532 /image/owned/ /var/lib/

ARG LATCHKEY_COMMIT=unknown
LABEL org.opencontainers.image.title="Latchkey" \
      org.opencontainers.image.description="Standalone authentication microservice: POST /token, and requests through that carry the token" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.revision="$LATCHKEY_COMMIT" \
      org.opencontainers.image.base.name="scratch"

# Inside a container loopback is nobody's network: publish the ports you want with -p.
ENV LATCHKEY_SERVER_LISTEN=0.0.0.0:8080 \
    LATCHKEY_SERVER_MANAGEMENT_LISTEN=0.0.0.0:9090 \
    SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
EXPOSE 8080 9090
USER 65532:65532
VOLUME /var/lib/latchkey
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 CMD ["/usr/bin/latchkey", "healthcheck"]
ENTRYPOINT ["/usr/bin/latchkey"]
CMD ["serve"]
