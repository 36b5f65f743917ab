"""Find the exports of a month, refuse what is unsafe, read every cell as text."""
