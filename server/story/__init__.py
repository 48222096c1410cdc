"""The story: the main job told once through, over public HTTP and the command line only."""
