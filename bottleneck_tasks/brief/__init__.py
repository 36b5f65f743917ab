"""The management brief: five slides of a month for a steering committee, as a page or a presentation."""
