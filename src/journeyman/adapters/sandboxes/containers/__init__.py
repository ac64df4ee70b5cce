"""The parts of the `container` sandbox: a Docker or Podman daemon does the confining, this package asks it to."""
