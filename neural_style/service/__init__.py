"""The service behind a page or another front end has orders, jobs, results, limits, estimates. It knows no Gradio."""
