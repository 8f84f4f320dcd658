# One image for all our processes; the command says which: build, export, probe, preview, demo shop.
FROM python:3.11-slim-bookworm AS wheel
WORKDIR /source
COPY requirements.lock ./
RUN python -m venv /opt/truegreen \
 && /opt/truegreen/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY definitions definitions
COPY exporters exporters
COPY dashboards dashboards
COPY synthetics synthetics
RUN /opt/truegreen/bin/pip install --no-cache-dir --no-build-isolation --no-deps .

FROM python:3.11-slim-bookworm
COPY --from=wheel /opt/truegreen /opt/truegreen
ENV PATH=/opt/truegreen/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --create-home --home-dir /var/lib/truegreen truegreen \
 && install -d -o truegreen -g truegreen /build /records /state
USER truegreen
WORKDIR /var/lib/truegreen
ENTRYPOINT ["truegreen"]
CMD ["--help"]
