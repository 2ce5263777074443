// The portal's few drawings, 20 x 20, in the colour of the text around them.
import type { ReactNode } from "react";

function Icon({ children, size = 18 }: { children: ReactNode; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

export const CopyIcon = () => (
  <Icon>
    <rect x="7" y="7" width="9.500" height="9.500" rx="2" />
    <path d="M13 4.500V4a1.500 1.500 0 0 0-1.500-1.500H5A1.500 1.500 0 0 0 3.500 4v6.500A1.500 1.500 0 0 0 5 12h.5" />
  </Icon>
);
export const CheckIcon = ({ size }: { size?: number }) => (
  <Icon size={size}>
    <path d="m4.500 10.500 3.500 3.500 7.500-8" strokeWidth="2" />
  </Icon>
);
export const DownloadIcon = () => (
  <Icon>
    <path d="M10 3v9m0 0 3.500-3.500M10 12 6.500 8.500M3.500 14.500V16A1.500 1.500 0 0 0 5 17.500h10a1.500 1.500 0 0 0 1.500-1.500v-1.500" />
  </Icon>
);
export const AlertIcon = ({ size }: { size?: number }) => (
  <Icon size={size}>
    <path d="M10 6.500v4m0 3h.01M8.600 3.300 2.300 14.200a1.600 1.600 0 0 0 1.400 2.400h12.600a1.600 1.600 0 0 0 1.400-2.400L11.400 3.300a1.600 1.600 0 0 0-2.800 0Z" />
  </Icon>
);
export const InfoIcon = ({ size }: { size?: number }) => (
  <Icon size={size}>
    <circle cx="10" cy="10" r="7.500" />
    <path d="M10 9.500v4M10 6.500h.01" />
  </Icon>
);
export const ClockIcon = ({ size }: { size?: number }) => (
  <Icon size={size}>
    <circle cx="10" cy="10" r="7.500" />
    <path d="M10 5.500V10l3 2" />
  </Icon>
);
export const CrossIcon = ({ size }: { size?: number }) => (
  <Icon size={size}>
    <path d="m5.500 5.500 9 9m0-9-9 9" strokeWidth="2" />
  </Icon>
);
export const ExternalIcon = () => (
  <Icon size={15}>
    <path d="M11.500 3.500h5v5m0-5-7 7M14.500 11.500v3A1.500 1.500 0 0 1 13 16H5.500A1.500 1.500 0 0 1 4 14.500V7a1.500 1.500 0 0 1 1.500-1.500h3" />
  </Icon>
);
export const MailIcon = ({ size }: { size?: number }) => (
  <Icon size={size}>
    <rect x="2.500" y="4.500" width="15" height="11" rx="2" />
    <path d="m3 6 7 5.500L17 6" />
  </Icon>
);
