"""Settings of gunicorn for benchmarks: one sync worker, so that a request's cost is all that is measured."""

from ivr.supervisor.web_server import post_fork, post_worker_init

__all__ = ["post_fork", "post_worker_init"]

worker_class = "sync"
workers = 1
threads = 1
timeout = 120
control_socket_disable = True
