// One page of a document, drawn by the server. The blob's address lives as long as the picture is shown.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { pictureQuery, type PictureWish } from "@/api/pictures";
import classes from "./PagePicture.module.css";

interface PagePictureProps extends PictureWish {
  alt: string;
  /** Shown where the page cannot be drawn; nothing when absent. */
  missing?: string;
}

export function PagePicture({ alt, missing, ...wish }: PagePictureProps) {
  const picture = useQuery(pictureQuery(wish));
  const image = useRef<HTMLImageElement>(null);
  const blob = picture.data;

  useEffect(() => {
    if (!blob || !image.current) return;
    const url = URL.createObjectURL(blob);
    image.current.src = url;
    return () => URL.revokeObjectURL(url);
  }, [blob]);

  if (picture.isError) return <span className={classes.missing}>{missing}</span>;
  if (!blob) return <span className={classes.waiting} aria-hidden="true" />;
  return <img ref={image} className={classes.page} alt={alt} />;
}
