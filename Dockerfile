# The page on port 7860, as a Hugging Face Space wants it: uid 1000, everything that is written under its own home.
# VARIANT=cpu, or VARIANT=cuda with the libraries for a GPU of NVIDIA's.
ARG VARIANT=cpu

FROM python:3.12-slim AS with-cpu
RUN useradd --create-home --uid 1000 user
USER 1000
ENV HOME=/home/user \
    PATH=/home/user/packages/bin:$PATH \
    PIP_NO_CACHE_DIR=1 \
    PYTHONUNBUFFERED=1 \
    TF_CPP_MIN_LOG_LEVEL=2 \
    GRADIO_SERVER_NAME=0.0.0.0 \
    GRADIO_SERVER_PORT=7860 \
    NEURAL_STYLE_MAX_SIDE=2048 \
    NEURAL_STYLE_WEIGHTS=/home/user/.cache/neural-style
# A volume that is new takes its owner from the folder that it is mounted on.
RUN mkdir -p /home/user/.cache/neural-style
WORKDIR /home/user/app

# First what changes rarely, so that it stays in the build's cache. app.py runs from the clone; nothing is built.
RUN python -m venv /home/user/packages
COPY --chown=1000:1000 requirements.txt ./
RUN pip install --require-hashes --requirement requirements.txt

FROM with-cpu AS with-cuda
COPY --chown=1000:1000 requirements-cuda.txt ./
RUN pip install --require-hashes --requirement requirements-cuda.txt
# What NVIDIA's container runtime lends where it is the default and nobody says --gpus.
ENV NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility

# hadolint ignore=DL3006
FROM with-${VARIANT}
COPY --chown=1000:1000 . /home/user/app/

EXPOSE 7860
HEALTHCHECK --start-period=60s --timeout=5s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['GRADIO_SERVER_PORT'] + '/healthz', timeout=4)"]
# Python is process 1: it ends by SIGTERM because the server listens for it.
CMD ["python", "app.py"]
