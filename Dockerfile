# The page on port 7860, as a Hugging Face Space wants it: uid 1000, everything that is written under its own home.
FROM python:3.12-slim

RUN useradd --create-home --uid 1000 user
USER user
ENV HOME=/home/user \
    PATH=/home/user/.local/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TF_CPP_MIN_LOG_LEVEL=2 \
    GRADIO_SERVER_NAME=0.0.0.0 \
    GRADIO_SERVER_PORT=7860 \
    NEURAL_STYLE_MAX_SIDE=2048
WORKDIR /home/user/app

# First what changes rarely, so that it stays in the build's cache. app.py runs from the clone; nothing is built.
COPY --chown=user requirements.txt ./
RUN pip install --no-cache-dir --user --require-hashes --requirement requirements.txt
COPY --chown=user . .

EXPOSE 7860
HEALTHCHECK --start-period=60s --timeout=5s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/healthz', timeout=4)"]
# Python is process 1: it ends by SIGTERM because the server listens for it.
CMD ["python", "app.py"]
