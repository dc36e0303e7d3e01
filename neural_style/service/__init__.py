"""The service behind a page or another front end: orders, jobs, results, limits, estimates. It knows no Gradio."""
