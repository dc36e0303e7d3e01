"""The page is the only place that knows Gradio; it never touches TensorFlow."""
